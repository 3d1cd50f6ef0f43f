import {useEffect, useState} from 'preact/hooks';
import type {Conversation} from '../../api/types';
import {explain} from '../../model/actions';
import {
  conversationId, conversations, deleteConversation, loadConversations, openConversation,
} from '../../model/assistant';
import {writeInstant} from '../../model/instants';
import {complain} from '../../model/notices';
import {Confirm} from '../../parts/confirm';
import {IconButton} from '../../parts/icon_button';
import {words} from '../../words';
import {locale} from '../../words/locale';

interface RowProps {
  conversation: Conversation;
  onOpen: () => void;
  onDelete: () => void;
}

function Row({conversation, onOpen, onDelete}: RowProps) {
  const {assistant: said} = words.value;
  const {id, title, updatedAt, messageCount} = conversation;
  return (
    <li class="conversation">
      <button
        type="button"
        class="conversation-open"
        aria-current={conversationId.value === id ? 'true' : undefined}
        onClick={() => {
          openConversation(id).then(onOpen, (error: unknown) => complain(explain(error)));
        }}
      >
        <span class="conversation-title">{title}</span>
        <span class="hint">{writeInstant(updatedAt, locale())} · {said.count(messageCount)}</span>
      </button>
      <IconButton icon="trash" label={said.remove(title)} onClick={onDelete} />
    </li>
  );
}

export function ConversationList({onOpen}: {onOpen: () => void}) {
  const {assistant: said, app} = words.value;
  const [isLoading, setIsLoading] = useState(true);
  const [asked, setAsked] = useState<Conversation | null>(null);
  useEffect(() => {
    void loadConversations().then(() => setIsLoading(false));
  }, []);
  const all = conversations.value;
  return (
    <div class="conversations">
      {!all && <p role="status">{isLoading ? app.loading : said.unknown}</p>}
      {all?.length === 0 && <p>{said.none}</p>}
      <ul aria-label={said.conversations}>
        {all?.map((conversation) => (
          <Row
            key={conversation.id}
            conversation={conversation}
            onOpen={onOpen}
            onDelete={() => setAsked(conversation)}
          />
        ))}
      </ul>
      {asked && (
        <Confirm
          title={said.removeTitle}
          text={said.removeText(asked.title)}
          action={said.removeNow}
          onConfirm={() => deleteConversation(asked.id)}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

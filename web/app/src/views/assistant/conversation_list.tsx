import {useEffect, useState} from 'preact/hooks';
import type {Conversation} from '../../api/types';
import {explain} from '../../model/actions';
import {
  conversationId, conversations, deleteConversation, loadConversations, openConversation,
} from '../../model/assistant';
import {complain} from '../../model/notices';
import {Dialog} from '../../parts/dialog';
import {IconButton} from '../../parts/icon_button';
import {language, words} from '../../words';

function when(at: string): string {
  const format = {dateStyle: 'medium', timeStyle: 'short'} as const;
  return new Intl.DateTimeFormat(language.value, format).format(new Date(at));
}

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
        <span class="hint">{when(updatedAt)} · {said.count(messageCount)}</span>
      </button>
      <IconButton icon="trash" label={said.remove(title)} onClick={onDelete} />
    </li>
  );
}

function DeleteDialog({conversation, onClose}: {conversation: Conversation; onClose: () => void}) {
  const {assistant: said, app} = words.value;
  const remove = () => {
    deleteConversation(conversation.id).catch((error: unknown) => complain(explain(error)));
    onClose();
  };
  return (
    <Dialog title={said.removeTitle} onClose={onClose}>
      <div class="form">
        <p class="conversation-removed">{said.removeText(conversation.title)}</p>
        <div class="conversation-buttons">
          <button type="button" class="button" onClick={onClose}>{app.cancel}</button>
          <button type="button" class="button button-bad" onClick={remove}>{said.removeNow}</button>
        </div>
      </div>
    </Dialog>
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
      {asked && <DeleteDialog conversation={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

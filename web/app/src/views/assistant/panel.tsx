import {useSignal} from '@preact/signals';
import {useRef} from 'preact/hooks';
import {startConversation} from '../../model/assistant';
import {isAssistantOpen} from '../../model/panel';
import {IconButton} from '../../parts/icon_button';
import {onEscape} from '../../parts/on_escape';
import {useAlone} from '../../parts/use_alone';
import {words} from '../../words';
import {Composer} from './composer';
import {ConversationList} from './conversation_list';
import {Log} from './log';
import './assistant.css';

function close(): void {
  isAssistantOpen.value = false;
}

const onKeyDown = onEscape(close);

export function AssistantPanel() {
  const {assistant: said, app} = words.value;
  const isListing = useSignal(false);
  const ref = useRef<HTMLElement>(null);
  useAlone(ref);
  const start = () => {
    startConversation();
    isListing.value = false;
    ref.current?.querySelector('textarea')?.focus();
  };
  return (
    <aside ref={ref} class="side assistant" aria-label={app.assistant} onKeyDown={onKeyDown}>
      <header class="assistant-head">
        <h2>{isListing.value ? said.conversations : app.assistant}</h2>
        <IconButton icon="add" label={said.start} onClick={start} />
        <IconButton
          icon={isListing.value ? 'chat' : 'history'}
          label={isListing.value ? said.back : said.conversations}
          aria-expanded={isListing.value}
          onClick={() => { isListing.value = !isListing.value; }}
        />
        <IconButton icon="close" label={said.close} onClick={close} />
      </header>
      {isListing.value
        ? <ConversationList onOpen={() => { isListing.value = false; }} />
        : <><Log /><Composer /></>}
    </aside>
  );
}

import {isAnswering, send, sendAgain, type Bubble} from '../../model/assistant';
import {isAssistantOpen} from '../../model/panel';
import {linkTo} from '../../model/route';
import {canBeUndone, mentions, type Mention} from '../../model/tool_calls';
import {Icon} from '../../parts/icon';
import {isNarrow} from '../../parts/use_alone';
import {words} from '../../words';
import {ToolLine} from './tool_line';

const mostLinks = 5;

function TaskLink({task}: {task: Mention}) {
  return (
    <a
      class="task-link"
      href={linkTo('tasks', task.id)}
      onClick={() => { if (isNarrow.matches) isAssistantOpen.value = false; }}
    >
      <span class="task-link-number">#{task.number}</span> {task.title}
    </a>
  );
}

function TaskLinks({bubble}: {bubble: Bubble}) {
  const all = mentions(bubble.calls).filter(({isDeleted}) => !isDeleted);
  if (all.length === 0) return null;
  const rest = all.length - mostLinks;
  return (
    <ul class="task-links">
      {all.slice(0, mostLinks).map((task) => <li key={task.id}><TaskLink task={task} /></li>)}
      {rest > 0 && <li class="hint">{words.value.assistant.moreTasks(rest)}</li>}
    </ul>
  );
}

/// Sends on, and leaves the focus where one goes on writing.
function andWrite(event: Event, run: () => Promise<void>): void {
  const panel = (event.currentTarget as Element).closest('aside');
  void run();
  panel?.querySelector('textarea')?.focus();
}

function Actions({bubble}: {bubble: Bubble}) {
  const {assistant: said} = words.value;
  if (isAnswering.value) return null;
  if (bubble.state === 'failed') {
    return (
      <button type="button" class="button" onClick={(event) => andWrite(event, sendAgain)}>
        {said.again}
      </button>
    );
  }
  if (!canBeUndone(bubble.calls)) return null;
  return (
    <button
      type="button"
      class="button"
      onClick={(event) => andWrite(event, () => send(said.undoText))}
    >
      <Icon name="undo" />{said.undo}
    </button>
  );
}

function Text({bubble}: {bubble: Bubble}) {
  const {assistant: said} = words.value;
  if (bubble.text !== '') return <p class="bubble-text">{bubble.text}</p>;
  return bubble.state === 'coming' ? <p class="bubble-text hint">{said.thinking}</p> : null;
}

/// What was said: text alone, whatever it looks like.
export function BubbleView({bubble, isLast}: {bubble: Bubble; isLast: boolean}) {
  const {assistant: said} = words.value;
  const {isOurs, calls, state, failure} = bubble;
  return (
    <li class={isOurs ? 'bubble bubble-ours' : 'bubble'}>
      <span class="hidden">{isOurs ? said.you : said.assistant}: </span>
      {calls.length > 0 && (
        <ul class="tool-lines" aria-label={said.calls}>
          {calls.map((call, i) => <ToolLine key={i} call={call} />)}
        </ul>
      )}
      <Text bubble={bubble} />
      {!isOurs && <TaskLinks bubble={bubble} />}
      {state === 'stopped' && <p class="hint">{said.stopped}</p>}
      {state === 'failed' && <p class="failure" role="alert">{failure}</p>}
      {!isOurs && isLast && <Actions bubble={bubble} />}
    </li>
  );
}

import type {ToolCall} from '../../api/types';
import {mentionsIn, rows} from '../../model/tool_calls';
import {Icon, type IconName} from '../../parts/icon';
import {words} from '../../words';

type State = 'ok' | 'failed' | 'running';

const icons: Record<State, IconName> = {ok: 'check', failed: 'close', running: 'alarm'};

function stateOf({result}: ToolCall): State {
  if (!result) return 'running';
  return result.success ? 'ok' : 'failed';
}

function nameOf({toolName}: ToolCall): string {
  const {tools} = words.value.assistant;
  const name = Object.hasOwn(tools, toolName) ? tools[toolName] : undefined;
  return name ?? toolName.replaceAll('_', ' ');
}

/// What it was about, where that is one thing.
function subjectOf(call: ToolCall): string {
  const [first, ...others] = mentionsIn(call);
  if (first && others.length === 0) return first.title;
  const {title} = call.parameters;
  return typeof title === 'string' ? title : '';
}

function Rows({title, value}: {title: string; value: unknown}) {
  const all = rows(value);
  if (all.length === 0) return null;
  return (
    <>
      <p class="hint">{title}</p>
      <dl class="tool-rows">
        {all.map(([name, text]) => (
          <div key={name}><dt>{name}</dt><dd>{text}</dd></div>
        ))}
      </dl>
    </>
  );
}

/// One thing that the assistant has done, in a line; opened, all of it.
export function ToolLine({call}: {call: ToolCall}) {
  const {assistant: said} = words.value;
  const state = stateOf(call);
  const subject = subjectOf(call);
  return (
    <li>
      <details class={`tool tool-${state}`}>
        <summary>
          <Icon name={icons[state]} />
          <span class="tool-name">{nameOf(call)}{subject && `: ${subject}`}</span>
          <span class="tool-state">{said[state]}</span>
        </summary>
        <div class="tool-more">
          <Rows title={said.with} value={call.parameters} />
          <Rows title={said.answer} value={call.result?.data ?? call.result?.error} />
        </div>
      </details>
    </li>
  );
}

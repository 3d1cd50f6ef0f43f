import {useLayoutEffect, useRef} from 'preact/hooks';
import {draft, isAnswering, longest, send, stop} from '../../model/assistant';
import {lengthOf} from '../../model/limits';
import {connection} from '../../model/sync';
import {Icon} from '../../parts/icon';
import {words} from '../../words';

const warnAt = longest - 500;

/// What is typed stays until it can be sent.
function sendDraft(): void {
  const length = lengthOf(draft.value.trim());
  if (isAnswering.value || connection.value === 'offline') return;
  if (length === 0 || length > longest) return;
  const text = draft.value;
  draft.value = '';
  void send(text);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendDraft();
}

function Length() {
  const {assistant: said} = words.value;
  const length = lengthOf(draft.value.trim());
  if (length <= warnAt) return null;
  const isTooLong = length > longest;
  return (
    <p class={isTooLong ? 'failure' : 'hint'} role="status">
      {isTooLong ? said.tooLong(length - longest) : said.left(longest - length)}
    </p>
  );
}

export function Composer() {
  const {assistant: said} = words.value;
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => ref.current?.focus(), []);
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  }, [draft.value]);
  const isOffline = connection.value === 'offline';
  return (
    <form class="composer" onSubmit={(event) => {
      event.preventDefault();
      sendDraft();
      // The button goes.
      ref.current?.focus();
    }}>
      <p class="composer-offline" role="status">{isOffline ? said.offline : ''}</p>
      <Length />
      <div class="composer-row">
        <textarea
          ref={ref}
          rows={1}
          value={draft.value}
          aria-label={said.say}
          placeholder={said.placeholder}
          onInput={({currentTarget}) => { draft.value = currentTarget.value; }}
          onKeyDown={onKeyDown}
        />
        {isAnswering.value
          ? (
            <button
              type="button"
              class="button"
              onClick={() => {
                stop();
                ref.current?.focus();
              }}
            >
              {said.stop}
            </button>
          )
          : (
            <button
              type="submit"
              class="button button-first composer-send"
              aria-label={said.send}
              title={said.send}
              disabled={isOffline}
            >
              <Icon name="send" />
            </button>
          )}
      </div>
    </form>
  );
}

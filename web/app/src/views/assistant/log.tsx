import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import {explain} from '../../model/actions';
import {
  bubbles, earlierCount, finished, isAnswering, loadEarlier, send,
} from '../../model/assistant';
import {complain} from '../../model/notices';
import {connection} from '../../model/sync';
import {words} from '../../words';
import {BubbleView} from './bubble';

/// As far from the end as still counts as being there.
const slack = 48;

function Welcome() {
  const {assistant: said} = words.value;
  return (
    <div class="welcome">
      <p>{said.welcome}</p>
      <h3 class="hint">{said.suggestions}</h3>
      <ul class="welcome-list">
        {said.suggested.map((text) => (
          <li key={text}>
            <button
              type="button"
              class="button"
              disabled={connection.value === 'offline'}
              onClick={(event) => {
                const panel = event.currentTarget.closest('aside');
                void send(text);
                panel?.querySelector('textarea')?.focus();
              }}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/// Answers are read out once, when they are whole.
function Announcer() {
  return (
    <div class="hidden" role="log" aria-live="polite">
      {finished.value && <p key={finished.value.key}>{finished.value.text}</p>}
    </div>
  );
}

/// The end stays in sight, unless something else is being looked at.
function useEndInSight() {
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const newest = bubbles.value.at(-1)?.key;
  const seen = useRef(newest);
  useLayoutEffect(() => {
    const {current: scroller} = ref;
    if (!scroller) return;
    if (seen.current !== newest) isAtEnd.current = true;
    seen.current = newest;
    if (isAtEnd.current) scroller.scrollTop = scroller.scrollHeight;
  }, [bubbles.value]);
  useEffect(() => {
    const {current: scroller} = ref;
    const look = () => {
      if (!scroller) return;
      isAtEnd.current =
          scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < slack;
    };
    scroller?.addEventListener('scroll', look, {passive: true});
    return () => scroller?.removeEventListener('scroll', look);
  }, []);
  return ref;
}

export function Log() {
  const {assistant: said} = words.value;
  const ref = useEndInSight();
  const last = bubbles.value.at(-1);
  return (
    <div ref={ref} class="talk" role="region" aria-label={said.conversation} tabIndex={0}>
      {earlierCount.value > 0 && (
        <button
          type="button"
          class="link-button"
          onClick={() => void loadEarlier().catch((error: unknown) => complain(explain(error)))}
        >
          {said.earlier}
        </button>
      )}
      {bubbles.value.length === 0 && <Welcome />}
      <ol class="bubbles">
        {bubbles.value.map((bubble) => (
          <BubbleView key={bubble.key} bubble={bubble} isLast={bubble === last} />
        ))}
      </ol>
      <Announcer />
      <p class="hidden" role="status">{isAnswering.value ? said.thinking : ''}</p>
    </div>
  );
}

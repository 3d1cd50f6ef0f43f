import {useEffect, useLayoutEffect, useState} from 'preact/hooks';
import type {FunctionComponent} from 'preact';
import {complain} from '../../model/notices';
import {isAssistantOpen} from '../../model/panel';
import {words} from '../../words';

let loaded: FunctionComponent | null = null;

async function load(): Promise<FunctionComponent> {
  loaded ??= (await import('./panel')).AssistantPanel;
  return loaded;
}

/// Who has opened it gets the focus back when it closes, unless it has been put elsewhere.
function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => () => {
    // What had the focus in the panel is still there, or has taken it with it.
    const now = document.activeElement;
    const isLost = now === null || now === document.body || now.closest('.assistant') !== null;
    // Not before the panel has let go of what it lay over.
    if (isLost && before instanceof HTMLElement) queueMicrotask(() => before.focus());
  }, []);
}

/// The panel beside the tasks. It is loaded when it is first opened.
export function Assistant() {
  useFocusBack();
  const [Panel, setPanel] = useState<FunctionComponent | null>(() => loaded);
  useEffect(() => {
    if (Panel) return;
    load().then((panel) => setPanel(() => panel), () => {
      complain(words.value.errors.unreachable);
      isAssistantOpen.value = false;
    });
  }, []);
  if (Panel) return <Panel />;
  return <aside class="side"><p class="app-loading">{words.value.app.loading}</p></aside>;
}

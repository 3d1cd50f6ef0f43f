import type {ComponentType} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {words} from '../words';

type State = ComponentType | 'failed' | null;

const all: (() => Promise<unknown>)[] = [];

/// Loads what has not been looked at yet: it is there without a connection, too.
export function loadAll(): void {
  for (const load of all) void load().catch(() => {});
}

/// A view that is loaded when it is first looked at.
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  const once = async () => loaded ??= await load();
  all.push(once);
  return function Lazy() {
    const [state, setState] = useState<State>(() => loaded);
    const fetch = () => {
      setState(null);
      once().then((view) => setState(() => view), () => setState('failed'));
    };
    useEffect(() => {
      if (state === null) fetch();
    }, []);
    if (state === null) return <p class="lazy" role="status">{words.value.app.loading}</p>;
    if (state === 'failed') {
      return (
        <p class="lazy" role="alert">
          {words.value.errors.unreachable}{' '}
          <button type="button" class="link-button" onClick={fetch}>
            {words.value.trash.retry}
          </button>
        </p>
      );
    }
    const View = state;
    return <View />;
  };
}

import type {ComponentType} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {words} from '../words';

type Loaded = ComponentType | 'failed' | null;

/// A view that is loaded when it is first looked at.
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: Loaded = null;
  return function Lazy() {
    const [, setView] = useState<Loaded>(loaded);
    const fetch = () => {
      load().then((view) => { loaded = view; }, () => { loaded = 'failed'; })
          .finally(() => setView(() => loaded));
    };
    useEffect(() => {
      if (loaded === null || loaded === 'failed') fetch();
    }, []);
    if (loaded === null) return <p class="lazy" role="status">{words.value.app.loading}</p>;
    if (loaded === 'failed') {
      return (
        <p class="lazy" role="alert">
          {words.value.errors.unreachable}{' '}
          <button type="button" class="link-button" onClick={fetch}>{words.value.trash.retry}</button>
        </p>
      );
    }
    const View = loaded;
    return <View />;
  };
}

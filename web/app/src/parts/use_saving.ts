import {useEffect, useRef} from 'preact/hooks';
import {whenLeft} from '../model/drafts';

/// Calls `save` also where a field goes while it has the focus: with its view, the page or the
/// session.
export function useSaving(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    const forget = whenLeft(() => latest.current());
    return () => {
      forget();
      latest.current();
    };
  }, []);
}

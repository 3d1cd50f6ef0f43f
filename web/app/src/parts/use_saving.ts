import {useEffect, useRef} from 'preact/hooks';
import {whenLeft} from '../model/drafts';

/// Calls `save` also where a field goes while it has the focus: with its view, the page or the
/// session. With its view, calls `leave` then.
export function useSaving(save: () => void, leave: () => void = () => {}): void {
  const latest = useRef({save, leave});
  latest.current = {save, leave};
  useEffect(() => {
    const forget = whenLeft(() => latest.current.save());
    return () => {
      forget();
      latest.current.save();
      latest.current.leave();
    };
  }, []);
}

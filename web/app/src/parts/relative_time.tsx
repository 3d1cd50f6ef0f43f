import {now} from '../model/clock';
import {writeInstant, writeRelative} from '../model/instants';
import {locale} from '../words/locale';

/// How long ago `at` was, or in how long it is; pointing at it tells when.
export function RelativeTime({at}: {at: string}) {
  return (
    <time dateTime={at} title={writeInstant(at, locale())}>
      {writeRelative(at, now.value, locale())}
    </time>
  );
}

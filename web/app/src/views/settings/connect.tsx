import {CopyField} from '../../parts/copy_field';
import {words} from '../../words';
import {Section} from './section';

export function Connect() {
  const {settings: said} = words.value;
  return (
    <Section title={said.connect} hint={said.connectHint}>
      <CopyField label={said.address} value={`${location.origin}/mcp`} />
    </Section>
  );
}

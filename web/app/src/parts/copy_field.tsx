import {useId, useRef} from 'preact/hooks';
import {say} from '../model/notices';
import {words} from '../words';

/// What is there to be copied. The clipboard is open to secure contexts alone, which a server in
/// the next room is not: there what is selected is copied.
async function copy(input: HTMLInputElement): Promise<boolean> {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    return document.execCommand('copy');
  }
}

export function CopyField({label, value}: {label: string; value: string}) {
  const id = useId();
  const ref = useRef<HTMLInputElement>(null);
  const click = async () => {
    if (ref.current && await copy(ref.current)) say(words.value.settings.copied);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copy">
        <input ref={ref} id={id} value={value} readOnly onFocus={() => ref.current?.select()} />
        <button type="button" class="button" onClick={click}>{words.value.settings.copy}</button>
      </div>
    </div>
  );
}

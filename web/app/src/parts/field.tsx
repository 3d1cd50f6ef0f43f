import {useId} from 'preact/hooks';

interface Props {
  label: string;
  hint?: string | undefined;
  /// What is wrong with what was put in; empty: nothing.
  error?: string | undefined;
  name: string;
  type?: 'text' | 'email' | 'password' | 'url' | 'number';
  autocomplete?: string;
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  min?: number;
  max?: number;
  onInput?: (event: InputEvent & {currentTarget: HTMLInputElement}) => void;
}

/// An input with what it is called, a hint, and what is wrong with it.
/// (The types of JSX tell each type of input apart; here they are alike.)
export function Field({label, hint, error = '', type = 'text', ...input}: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type as 'text'}
        aria-describedby={described || undefined}
        aria-invalid={error !== '' || undefined}
        {...input}
      />
      {hint && <span id={`${id}-hint`} class="hint">{hint}</span>}
      {error && <span id={`${id}-error`} class="hint failure" role="alert">{error}</span>}
    </div>
  );
}

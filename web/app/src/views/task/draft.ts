import {useState} from 'preact/hooks';
import {useSaving} from '../../parts/use_saving';

/// What is being typed into a field that saves by itself. While nobody types, it shows what the
/// task says, whoever has said it; what is typed stays until the field is left.

export interface Draft {
  text: string;
  /// What the task has come to say meanwhile; null: nothing else.
  elsewhere: string | null;
  error: string;
  type: (text: string) => void;
  /// Saves it, unless something is wrong with it.
  save: () => void;
}

interface Field {
  /// What the task says.
  value: string;
  /// What is wrong with a text; empty: nothing.
  check: (text: string) => string;
  save: (text: string) => void;
}

export function useDraft({value, check, save}: Field): Draft {
  const [typed, setTyped] = useState<{text: string; from: string} | null>(null);
  const saveNow = () => {
    if (typed === null || check(typed.text) !== '') return;
    if (typed.text.trim() !== value.trim()) save(typed.text.trim());
    setTyped(null);
  };
  useSaving(saveNow);
  return {
    text: typed?.text ?? value,
    elsewhere: typed !== null && typed.from !== value && typed.text !== value ? value : null,
    error: typed === null ? '' : check(typed.text),
    type: (text) => setTyped({text, from: typed?.from ?? value}),
    save: saveNow,
  };
}

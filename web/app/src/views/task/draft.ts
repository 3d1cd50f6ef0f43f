import {useState} from 'preact/hooks';
import {keepUnfinished, takeUnfinished, type Field, type Typed} from '../../model/unfinished';
import {useSaving} from '../../parts/use_saving';

/// What is being typed into a field that saves by itself. While nobody types, it shows what the
/// task says, whoever has said it; what is typed stays until the field is left, and what cannot be
/// saved is there again when the task is opened next.

export interface Draft {
  text: string;
  /// What the task has come to say meanwhile; null: nothing else.
  elsewhere: string | null;
  error: string;
  type: (text: string) => void;
  /// Saves it, unless something is wrong with it.
  save: () => void;
}

interface Options {
  taskId: string;
  field: Field;
  /// What the task says.
  value: string;
  /// What is wrong with a text; empty: nothing.
  check: (text: string) => string;
  save: (text: string) => void;
}

export function useDraft({taskId, field, value, check, save}: Options): Draft {
  const [typed, setTyped] = useState<Typed | null>(() => takeUnfinished(taskId, field));
  const error = typed === null ? '' : check(typed.text);
  const saveNow = () => {
    if (typed === null || error !== '') return;
    if (typed.text.trim() !== value.trim()) save(typed.text.trim());
    setTyped(null);
  };
  useSaving(saveNow, () => {
    if (typed !== null && error !== '') keepUnfinished(taskId, field, typed, error);
  });
  return {
    text: typed?.text ?? value,
    elsewhere: typed !== null && typed.from !== value && typed.text !== value ? value : null,
    error,
    type: (text) => setTyped({text, from: typed?.from ?? value}),
    save: saveNow,
  };
}

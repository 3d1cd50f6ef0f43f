import {useId} from 'preact/hooks';

interface Props<T extends string> {
  label: string;
  /// What can be chosen, with what it is called.
  options: readonly T[];
  names: Readonly<Record<T, string>>;
  value: T;
  onChoose: (value: T) => void;
}

/// One of a few, chosen by a click: buttons, for going past them with the keyboard chooses none.
export function Choice<T extends string>({label, options, names, value, onChoose}: Props<T>) {
  const id = useId();
  return (
    <div class="field">
      <span id={id}>{label}</span>
      <div class="choice" role="group" aria-labelledby={id}>
        {options.map((option) => (
          <button
            key={option}
            type="button"
            class="choice-option"
            aria-pressed={option === value}
            data-value={option}
            onClick={() => {
              if (option !== value) onChoose(option);
            }}
          >
            {names[option]}
          </button>
        ))}
      </div>
    </div>
  );
}

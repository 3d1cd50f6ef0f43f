import type {ComponentChildren} from 'preact';
import {useId} from 'preact/hooks';

interface Props {
  title: string;
  hint?: string;
  children: ComponentChildren;
}

export function Section({title, hint, children}: Props) {
  const id = useId();
  return (
    <section class="settings-section" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {hint && <p class="hint">{hint}</p>}
      </div>
      {children}
    </section>
  );
}

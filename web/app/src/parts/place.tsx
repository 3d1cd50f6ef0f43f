import type {ComponentChildren} from 'preact';
import './place.css';

interface Props {
  title: string;
  hint?: string;
  /// Buttons for all that is in it.
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/// A view that is read from the top to the foot.
export function Place({title, hint, actions, children}: Props) {
  return (
    <div class="place">
      <header class="place-head">
        <h1>{title}</h1>
        {actions}
        {hint && <p class="place-hint">{hint}</p>}
      </header>
      {children}
    </div>
  );
}

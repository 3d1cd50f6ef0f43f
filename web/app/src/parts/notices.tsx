import {dismiss, notices} from '../model/notices';
import {words} from '../words';
import {IconButton} from './icon_button';

export function Notices() {
  return (
    <section class="notices" aria-label={words.value.app.notices} aria-live="polite">
      {notices.value.map(({id, text, isError, action}) => (
        <div key={id} class={isError ? 'notice notice-error' : 'notice'}>
          <p>{text}</p>
          {action && (
            <button
              type="button"
              class="link-button"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <IconButton icon="close" label={words.value.app.dismiss} onClick={() => dismiss(id)} />
        </div>
      ))}
    </section>
  );
}

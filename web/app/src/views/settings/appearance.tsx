import {install, installOffer} from '../../model/install';
import {areShortcutsOn, turnShortcuts} from '../../model/keys';
import {complain} from '../../model/notices';
import {chooseTheme, theme, themes} from '../../model/theme';
import {chooseLanguage, language, languages, words, type Language} from '../../words';
import {Section} from './section';

function Install() {
  const {settings: said} = words.value;
  return (
    <div class="settings-row">
      <p class="settings-text hint">{said.installHint}</p>
      <button type="button" class="button" onClick={() => void install()}>{said.install}</button>
    </div>
  );
}

function choose(select: HTMLSelectElement): void {
  chooseLanguage(select.value as Language).catch(() => {
    select.value = language.value;
    complain(words.value.errors.unreachable);
  });
}

export function Appearance() {
  const {settings: said} = words.value;
  return (
    <Section title={said.appearance}>
      <div class="settings-pair">
        <label class="field">
          {said.language}
          <select
            value={language.value}
            onChange={({currentTarget}) => choose(currentTarget)}
          >
            {Object.entries(languages).map(([key, name]) => (
              <option key={key} value={key} lang={key}>{name}</option>
            ))}
          </select>
        </label>
        <label class="field">
          {said.theme}
          <select
            value={theme.value}
            onChange={({currentTarget}) =>
              chooseTheme(themes.find((name) => name === currentTarget.value) ?? 'system')}
          >
            {themes.map((name) => <option key={name} value={name}>{said.themes[name]}</option>)}
          </select>
        </label>
      </div>
      <div>
        <label class="check">
          <input
            type="checkbox"
            checked={areShortcutsOn.value}
            aria-describedby="shortcuts-hint"
            onChange={(event) => turnShortcuts(event.currentTarget.checked)}
          />
          {said.shortcuts}
        </label>
        <p id="shortcuts-hint" class="hint">{said.shortcutsHint}</p>
      </div>
      {installOffer.value && <Install />}
    </Section>
  );
}

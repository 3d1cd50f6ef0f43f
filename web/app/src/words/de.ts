import type {Words} from './en';

export const de: Words = {
  language: 'Deutsch',

  app: {
    skip: 'Zu den Aufgaben',
    views: 'Ansichten',
    menu: 'Menü',
    assistant: 'Assistent',
    settings: 'Einstellungen',
    trash: 'Papierkorb',
    log: 'Änderungen',
    close: 'Schließen',
    cancel: 'Abbrechen',
    save: 'Speichern',
    remove: 'Entfernen',
    loading: 'Wird geladen…',
    live: 'Aktuell',
    waiting: 'Wird verbunden…',
    offline: 'Offline',
    unsent: (count) =>
      count === 1 ? '1 Änderung noch nicht gesendet' : `${count} Änderungen noch nicht gesendet`,
    dismiss: 'Ausblenden',
    notices: 'Meldungen',
  },

  signIn: {
    title: 'Bei todod anmelden',
    titleNew: 'Konto anlegen',
    name: 'Name',
    email: 'E-Mail',
    password: 'Passwort',
    passwordHint: '8 bis 128 Zeichen',
    signIn: 'Anmelden',
    signUp: 'Konto anlegen',
    toSignUp: 'Neu hier? Konto anlegen',
    toSignIn: 'Schon ein Konto? Anmelden',
    wrong: 'Die E-Mail oder das Passwort stimmt nicht.',
  },

  priority: {LOW: 'Niedrig', MEDIUM: 'Mittel', HIGH: 'Hoch', URGENT: 'Dringend'},
  status: {TODO: 'Offen', IN_PROGRESS: 'In Arbeit', COMPLETED: 'Erledigt'},

  done: {
    added: (title) => `„${title}“ hinzugefügt`,
    changed: (count) => count === 1 ? 'Geändert' : `${count} Aufgaben geändert`,
    completed: (count) => count === 1 ? 'Erledigt' : `${count} Aufgaben erledigt`,
    reopened: (count) => count === 1 ? 'Wieder offen' : `${count} Aufgaben wieder offen`,
    deleted: (count) =>
      count === 1 ? 'In den Papierkorb gelegt' : `${count} Aufgaben in den Papierkorb gelegt`,
  },

  undo: {
    label: 'Rückgängig',
    done: (count) => count === 1 ? 'Zurückgenommen' : `${count} Änderungen zurückgenommen`,
    nothing: 'Es gibt nichts zurückzunehmen.',
    conflict: (details) => `Nichts wurde zurückgenommen. ${details.join(' ')}`,
    rest: 'Den Rest zurücknehmen',
  },

  errors: {
    unreachable: 'todod ist nicht erreichbar.',
    unexpected: 'Etwas ist schiefgegangen.',
    refused: (detail, others) =>
      others === 0 ? `Nicht getan: ${detail}` : `Nicht getan: ${detail} (und ${others} weitere)`,
  },
};

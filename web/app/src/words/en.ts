/// What the page says in English. Every language has a file of this shape.
export const en = {
  language: 'English',

  app: {
    skip: 'Skip to the tasks',
    views: 'Views',
    menu: 'Menu',
    assistant: 'Assistant',
    settings: 'Settings',
    trash: 'Trash',
    log: 'Changes',
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    remove: 'Remove',
    loading: 'Loading…',
    live: 'Up to date',
    waiting: 'Connecting…',
    offline: 'Offline',
    unsent: (count: number) =>
      count === 1 ? '1 change not sent yet' : `${count} changes not sent yet`,
    dismiss: 'Dismiss',
    notices: 'Messages',
  },

  signIn: {
    title: 'Sign in to todod',
    titleNew: 'Make an account',
    name: 'Name',
    email: 'E-mail',
    password: 'Password',
    passwordHint: '8 to 128 characters',
    signIn: 'Sign in',
    signUp: 'Make an account',
    toSignUp: 'New here? Make an account',
    toSignIn: 'You have an account? Sign in',
    wrong: 'The e-mail or the password is wrong.',
  },

  priority: {LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High', URGENT: 'Urgent'},
  status: {TODO: 'To do', IN_PROGRESS: 'In progress', COMPLETED: 'Completed'},

  /// What has just been done.
  done: {
    added: (title: string) => `Added “${title}”`,
    changed: (count: number) => count === 1 ? 'Changed' : `${count} tasks changed`,
    completed: (count: number) => count === 1 ? 'Completed' : `${count} tasks completed`,
    reopened: (count: number) =>
      count === 1 ? 'Not completed any more' : `${count} tasks not completed any more`,
    deleted: (count: number) =>
      count === 1 ? 'Moved to the trash' : `${count} tasks moved to the trash`,
  },

  undo: {
    label: 'Undo',
    done: (count: number) => count === 1 ? 'Taken back' : `${count} changes taken back`,
    nothing: 'There is nothing to take back.',
    conflict: (details: string[]) => `Nothing was taken back. ${details.join(' ')}`,
    rest: 'Take back the rest',
  },

  errors: {
    unreachable: 'todod cannot be reached.',
    unexpected: 'Something went wrong.',
    refused: (detail: string, others: number) =>
      others === 0 ? `Not done: ${detail}` : `Not done: ${detail} (and ${others} more)`,
  },
};

export type Words = typeof en;

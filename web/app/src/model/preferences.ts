/// How this browser shows the page. Nothing secret, nothing of the tasks.

export type Preference = 'language' | 'theme' | 'sort' | 'shortcuts';

const prefix = 'todod.';

export function kept(name: Preference): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

export function keep(name: Preference, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // A browser that keeps nothing: it holds until the page is closed.
  }
}

import {signal} from '@preact/signals';
import {keep, kept} from '../model/preferences';
import {en, type Words} from './en';

export type {Words};

/// The page's language: the one chosen, else the browser's where there is one, else English.

export const languages = {en: 'English', de: 'Deutsch'} as const;
export type Language = keyof typeof languages;

const loaders: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('./de')).de,
};

function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && Object.hasOwn(languages, text);
}

function first(): Language {
  const chosen = kept('language');
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

export const language = signal<Language>('en');
export const words = signal<Words>(en);

/// What was asked for last.
let wanted: Language = 'en';

async function setLanguage(name: Language): Promise<void> {
  wanted = name;
  const its = await loaders[name]();
  if (wanted !== name) return;
  words.value = its;
  language.value = name;
  document.documentElement.lang = name;
}

/// From now on, in this browser. Throws where its words cannot be had: all is as it was.
export async function chooseLanguage(name: Language): Promise<void> {
  await setLanguage(name);
  keep('language', name);
}

/// A page in English is better than none.
export async function startLanguage(): Promise<void> {
  await setLanguage(first()).catch(() => {});
}

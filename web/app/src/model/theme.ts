import {signal} from '@preact/signals';
import {keep, kept} from './preferences';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = typeof themes[number];

export const theme = signal<Theme>('system');

function apply(name: Theme): void {
  theme.value = name;
  document.documentElement.dataset.theme = name;
}

export function chooseTheme(name: Theme): void {
  keep('theme', name);
  apply(name);
}

export function startTheme(): void {
  const name = kept('theme');
  apply(themes.find((each) => each === name) ?? 'system');
}

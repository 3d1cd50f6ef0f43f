import {language} from './index';

/// How dates and numbers are written: as the browser's owner has them where that is of the page's
/// language (en-GB rather than en), else as the language has them.
export function locale(): string {
  const name = language.value;
  return navigator.languages.find((tag) => tag.split('-')[0] === name) ?? name;
}

import {afterEach, beforeEach, expect, test, vi} from 'vitest';

const root = {lang: ''};

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal('document', {documentElement: root});
  vi.stubGlobal('navigator', {languages: ['de-AT', 'en']});
});
afterEach(() => {
  vi.doUnmock('../../src/words/de');
  vi.unstubAllGlobals();
});

test('the page speaks as the browser does', async () => {
  const {startLanguage, words} = await import('../../src/words');
  await startLanguage();
  expect([words.value.app.trash, root.lang]).toEqual(['Papierkorb', 'de']);
});

test('the page starts in English where its language cannot be had', async () => {
  // As where it could not be loaded.
  vi.doMock('../../src/words/de', () => ({get de() { throw new TypeError('Failed to fetch'); }}));
  const {chooseLanguage, language, startLanguage, words} = await import('../../src/words');
  await startLanguage();
  expect([words.value.app.trash, language.value]).toEqual(['Trash', 'en']);
  await expect(chooseLanguage('de')).rejects.toThrow();
});

test('the language that was chosen last is the one that stays', async () => {
  const {chooseLanguage, words} = await import('../../src/words');
  await Promise.all([chooseLanguage('de'), chooseLanguage('en')]);
  expect([words.value.app.trash, root.lang]).toEqual(['Trash', 'en']);
});

import {describe, expect, test} from 'vitest';

import {trustScript} from '../../src/model/app_worker';

describe('a script that is loaded by its name', () => {
  test('is the service worker', () => expect(trustScript('/sw.js')).toBe('/sw.js'));

  test('is nothing else', () => {
    for (const url of ['', '/', 'https://elsewhere.example/sw.js', '//elsewhere.example/sw.js']) {
      expect(() => trustScript(url), url).toThrow(TypeError);
    }
  });
});

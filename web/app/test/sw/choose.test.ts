import {describe, expect, test} from 'vitest';
import {choosePath} from '../../src/sw/choose';

const origin = 'https://todod.example';
const kept = new Set(['/', '/assets/index-1.js', '/icon.svg']);

function choose(path: string, mode = 'cors', method = 'GET'): string | null {
  return choosePath({method, mode, url: new URL(path, origin).href}, origin, kept);
}

describe('the service worker', () => {
  test('answers with the page who goes to it', () => {
    expect(choose('/', 'navigate')).toBe('/');
    expect(choose('/?from=icon#/trash', 'navigate')).toBe('/');
  });

  test('answers with the files of its build', () => {
    expect(choose('/assets/index-1.js')).toBe('/assets/index-1.js');
    expect(choose('/icon.svg', 'no-cors')).toBe('/icon.svg');
  });

  test('leaves everything else to todod', () => {
    for (const path of ['/api/tasks', '/docs', '/mcp', '/assets/index-2.js', '/sw.js', '/x']) {
      expect(choose(path, 'navigate'), path).toBe(null);
      expect(choose(path), path).toBe(null);
    }
    expect(choose('/')).toBe(null);
    expect(choose('/', 'navigate', 'POST')).toBe(null);
    expect(choose('https://elsewhere.example/', 'navigate')).toBe(null);
    expect(choose('https://elsewhere.example/icon.svg')).toBe(null);
  });
});

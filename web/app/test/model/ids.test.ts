import {expect, test} from 'vitest';
import {makeId} from '../../src/model/ids';

test('an id is a UUIDv7', () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (let i = 0; i < 100; i++) expect(makeId()).toMatch(shape);
});

test('an id begins with when it was made', () => {
  const at = Date.parse('2026-11-22T10:00:00.123Z');
  const [high, low] = makeId(at).split('-');
  expect(Number.parseInt(`${high}${low}`, 16)).toBe(at);
});

test('ids that are made later sort later', () => {
  const ids = Array.from({length: 50}, (_, i) => makeId(1_700_000_000_000 + i * 7));
  expect([...ids].sort()).toEqual(ids);
});

test('no two ids are the same, also not of the same instant', () => {
  expect(new Set(Array.from({length: 1000}, () => makeId(5))).size).toBe(1000);
});

import {afterEach, expect, it, vi} from 'vitest';
import type {ChangeSet} from '../../src/api/types';
import {
  changeLog, forgetLog, hasMoreLog, readLog, readMoreLog,
} from '../../src/model/change_log';

/// How many sets there are: their ids are 1, 2, 3 …
function serve(count: number): void {
  vi.stubGlobal('fetch', async (path: string) => {
    const before = Number(new URL(path, 'http://x').searchParams.get('before') ?? count + 1);
    const ids = Array.from({length: 50}, (_, i) => before - 1 - i).filter((id) => id > 0);
    return Response.json(ids.map((id) => ({id, at: '', count: 1, first: {undoes: null}})));
  });
}

function ids(): number[] {
  return (changeLog.value ?? []).map(({id}: ChangeSet) => id);
}

afterEach(() => {
  vi.unstubAllGlobals();
  forgetLog();
});

it('is read in pages until there are no more', async () => {
  serve(70);
  await readLog();
  expect([ids().length, hasMoreLog.value]).toEqual([50, true]);
  await readMoreLog();
  expect([ids().length, ids().at(-1), hasMoreLog.value]).toEqual([70, 1, false]);
});

it('keeps what was read where something new comes', async () => {
  serve(70);
  await readLog();
  await readMoreLog();
  serve(75);
  await readLog();
  expect([ids().length, ids()[0], hasMoreLog.value]).toEqual([75, 75, false]);
});

it('is forgotten with what is being read of it', async () => {
  serve(3);
  const late = [readLog(), readMoreLog()];
  forgetLog();
  await Promise.all(late);
  expect([changeLog.value, hasMoreLog.value]).toEqual([null, false]);
});

it('begins anew where more has come than it has read', async () => {
  serve(70);
  await readLog();
  await readMoreLog();
  serve(200);
  await readLog();
  expect([ids().length, ids().at(-1), hasMoreLog.value]).toEqual([50, 151, true]);
});

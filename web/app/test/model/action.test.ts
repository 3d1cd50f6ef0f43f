import {describe, expect, test} from 'vitest';
import {applyWrite, type Write} from '../../src/model/action';
import {task} from '../support/tasks';

const at = Date.parse('2026-02-03T04:05:06.000Z');
const now = '2026-02-03T04:05:06.000Z';

describe('a write', () => {
  test('makes a task with what is named, and the rest as todod has it', () => {
    expect(applyWrite(undefined, {kind: 'create', id: 'a', fields: {title: 'Milk'}}, at)).toEqual({
      id: 'a', number: 0, version: 0, title: 'Milk', description: null, status: 'TODO',
      priority: 'MEDIUM', tags: [], dueDate: null, createdAt: now, updatedAt: now,
      completedAt: null,
    });
  });

  test('makes no task where it has been made already', () => {
    const known = task('a', 3);
    expect(applyWrite(known, {kind: 'create', id: 'a', fields: {title: 'Milk'}}, at)).toBe(known);
  });

  test('changes only what is named', () => {
    const known = task('a', 3, {tags: ['x']});
    const after = applyWrite(known, {kind: 'update', id: 'a', fields: {priority: 'HIGH'}}, at);
    expect(after).toEqual({...known, priority: 'HIGH', updatedAt: now});
  });

  test('completes and opens again', () => {
    const complete: Write = {kind: 'update', id: 'a', fields: {status: 'COMPLETED'}};
    const done = applyWrite(task('a'), complete, at);
    expect(done?.completedAt).toBe(now);
    const same = applyWrite(done, complete, at + 5);
    expect(same?.completedAt).toBe(now);
    const open = applyWrite(done, {kind: 'update', id: 'a', fields: {status: 'TODO'}}, at);
    expect(open?.completedAt).toBe(null);
  });

  test('changes nothing that is not there, and deletes what is', () => {
    expect(applyWrite(undefined, {kind: 'update', id: 'a', fields: {title: 'b'}}, at))
        .toBe(undefined);
    expect(applyWrite(task('a'), {kind: 'delete', id: 'a'}, at)).toBe(undefined);
  });
});

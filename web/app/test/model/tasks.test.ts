import {beforeEach, describe, expect, test} from 'vitest';
import type {Action, Write} from '../../src/model/action';
import {
  asTheyAre, findTask, forgetTasks, putBackUnsaved, replaceTasks, setWaiting, startReading, tags,
  takeAll, takeChange, takeRemoval, takeTasks, takeUnsaved, tasks,
} from '../../src/model/tasks';
import {change, task} from '../support/tasks';

function action(...writes: Write[]): Action {
  return {key: 'k', userId: 'u', at: 0, writes};
}

const rename = (id: string, title: string): Write => ({kind: 'update', id, fields: {title}});
const titles = () => tasks.value.map(({title}) => title);

beforeEach(() => {
  setWaiting([]);
  forgetTasks();
});

describe('what waits', () => {
  test('lies over what todod has said, in its order', () => {
    takeTasks([task('a')]);
    setWaiting([action(rename('a', 'x')), action(rename('a', 'y'))]);
    expect(titles()).toEqual(['y']);
    setWaiting([action(rename('a', 'y'))]);
    takeTasks([task('a', 2, {title: 'x'})]);
    expect(titles()).toEqual(['y']);
    setWaiting([]);
    expect(titles()).toEqual(['x']);
  });

  test('keeps what it does not change as others change it', () => {
    takeTasks([task('a')]);
    setWaiting([action(rename('a', 'x'))]);
    takeTasks([task('a', 2, {priority: 'HIGH'})]);
    expect(findTask('a')).toMatchObject({title: 'x', priority: 'HIGH'});
  });

  test('is changed, completed and deleted again before todod knows of it', () => {
    const create: Write = {kind: 'create', id: 'n', fields: {title: 'new'}};
    setWaiting([action(create), action(rename('n', 'newer'))]);
    expect(titles()).toEqual(['newer']);
    setWaiting([action(create), action({kind: 'delete', id: 'n'})]);
    expect(titles()).toEqual([]);
  });

  test('leaves a task alone that somebody else has deleted', () => {
    takeTasks([task('a')]);
    setWaiting([action(rename('a', 'x'))]);
    takeChange(change('delete', 'a', 1));
    expect(titles()).toEqual([]);
  });

  test('stays over all that is read anew', () => {
    setWaiting([action({kind: 'create', id: 'n', fields: {title: 'new'}}, rename('a', 'x'))]);
    replaceTasks([task('a'), task('b')]);
    expect(titles().sort()).toEqual(['b1', 'new', 'x']);
  });

  test('leaves every other task the object that it was', () => {
    takeTasks([task('a'), task('b')]);
    const before = findTask('b');
    setWaiting([action(rename('a', 'x'))]);
    expect(findTask('b')).toBe(before);
  });
});

describe('many tasks', () => {
  test('are each looked at by itself, however many others wait', () => {
    const all = Array.from({length: 1000}, (_, i) => `task-${i}`);
    let looks = 0;
    const counted = (id: string): Write => ({
      ...rename(id, 'x'),
      get id() {
        looks++;
        return id;
      },
    });
    replaceTasks(all.map((id) => task(id)));
    setWaiting([action(...all.map(counted)), action(...all.map(counted))]);
    takeTasks(all.map((id) => task(id, 2)));
    replaceTasks(all.map((id) => task(id, 3)));
    setWaiting([]);
    expect(looks).toBeLessThan(20 * all.length);
    expect(tasks.value).toHaveLength(1000);
  });
});

describe('what todod says', () => {
  test('is not overwritten by what it has said before', () => {
    takeTasks([task('a', 3)]);
    takeTasks([task('a', 2)]);
    takeChange(change('update', 'a', 3, {title: 'late'}));
    expect(titles()).toEqual(['a3']);
  });

  test('does not bring a task back that is gone', () => {
    takeTasks([task('a', 2)]);
    takeChange(change('delete', 'a', 2));
    takeTasks([task('a', 2), task('a', 1)]);
    expect(takeChange(change('update', 'a', 2, {title: 'late'}))).toBe(true);
    expect(titles()).toEqual([]);
  });

  test('does not bring a task back whose version was not told when it went', () => {
    takeTasks([task('a', 2)]);
    takeRemoval('a');
    takeRemoval('a');
    takeTasks([task('a', 2)]);
    expect(titles()).toEqual([]);
  });

  test('keeps a task that was restored since it went, as which it went', () => {
    takeTasks([task('a', 2), task('b', 1)]);
    takeRemoval('a', 1);
    takeRemoval('b', 1);
    expect(titles()).toEqual(['a2']);
  });

  test('brings a task back that was restored, as it was', () => {
    takeTasks([task('a', 2, {createdAt: 'then'})]);
    takeChange(change('delete', 'a', 2));
    expect(takeChange(change('restore', 'a', 3, {title: 'back'}))).toBe(true);
    expect(findTask('a')).toMatchObject({title: 'back', version: 3, createdAt: 'then'});
  });

  test('is to be read where a task comes back, or is changed, that was never known', () => {
    expect(takeChange(change('restore', 'a', 2, {title: 'back'}))).toBe(false);
    expect(takeChange(change('update', 'a', 2, {title: 'x'}))).toBe(false);
    expect(takeChange(change('create', 'b', 1, {title: 'new'}))).toBe(true);
    expect(titles()).toEqual(['new']);
  });

  test('is to be read where a change before it was not told', () => {
    takeTasks([task('a', 1)]);
    expect(takeChange(change('update', 'a', 3, {priority: 'HIGH'}))).toBe(false);
    expect(takeChange(change('update', 'a', 2, {title: 'first'}))).toBe(true);
    expect(takeChange(change('update', 'a', 3, {priority: 'HIGH'}))).toBe(true);
    expect(findTask('a')).toMatchObject({title: 'first', priority: 'HIGH', version: 3});
  });

  test('is what is known of tasks that were looked at before', () => {
    const before = [task('a'), task('b')];
    takeTasks([task('a', 2), task('b', 1)]);
    takeRemoval('b');
    expect(asTheyAre(before)).toMatchObject([{id: 'a', version: 2}]);
  });

  test('while all is read is newer than what is read', () => {
    takeTasks([task('a'), task('b'), task('c')]);
    startReading();
    takeRemoval('a');
    takeTasks([task('b', 2), task('n')]);
    replaceTasks([task('a'), task('b')]);
    expect(titles().sort()).toEqual(['b2', 'n1']);
  });

  test('is all that there is when all was read, also where versions went back', () => {
    takeTasks([task('a', 5), task('b', 5)]);
    takeChange(change('delete', 'b', 5));
    startReading();
    replaceTasks([task('a', 2), task('b', 3)]);
    expect(titles().sort()).toEqual(['a2', 'b3']);
  });
});

describe('what is to be kept', () => {
  test('is what was said since the last time', () => {
    takeTasks([task('a'), task('b')]);
    takeChange(change('delete', 'b', 1));
    expect([...takeUnsaved()]).toEqual([['a', task('a')], ['b', undefined]]);
    expect(takeUnsaved().size).toBe(0);
    putBackUnsaved(['a']);
    expect([...takeUnsaved().keys()]).toEqual(['a']);
  });

  test('is never what waits', () => {
    takeTasks([task('a')]);
    setWaiting([action(rename('a', 'x'))]);
    expect(takeUnsaved().get('a')?.title).toBe('a1');
    expect(takeAll().get('a')?.title).toBe('a1');
  });

  test('is also what is gone when all was read', () => {
    takeTasks([task('a'), task('b')]);
    takeUnsaved();
    replaceTasks([task('b')]);
    expect([...takeUnsaved()].sort()).toEqual([['a', undefined], ['b', task('b')]]);
  });
});

test('tags come from A to Z with how many tasks are yet to be done', () => {
  takeTasks([
    task('a', 1, {tags: ['shop', 'Home']}), task('b', 1, {tags: ['shop']}),
    task('c', 1, {tags: ['done'], status: 'COMPLETED'}),
  ]);
  expect([...tags.value]).toEqual([['done', 0], ['Home', 1], ['shop', 2]]);
});

import {describe, expect, it} from 'vitest';
import type {Change, ChangeSet, Origin} from '../../src/api/types';
import {
  canTakeBack, describeChange, describeInLog, describeOrigin, mergeSets, takenBack,
} from '../../src/model/describe_change';
import {en} from '../../src/words/en';

const language = {words: en, locale: 'en-GB'};

function change(what: Partial<Change>): Change {
  return {
    seq: 1, changesetId: 1, at: '2026-11-22T13:00:00.000Z', kind: 'update', taskId: 'a',
    taskNumber: 7, version: 2, before: null, after: null,
    origin: {via: 'rest', isService: false}, undoes: null, ...what,
  };
}

function set(id: number, undoes: number | null = null): ChangeSet {
  return {id, at: '', count: 1, first: change({seq: id, changesetId: id, undoes})};
}

describe('a change in words', () => {
  it('has a line for each field, from what it was to what it is', () => {
    expect(describeChange(change({
      before: {priority: 'MEDIUM', status: 'TODO', completedAt: null},
      after: {priority: 'HIGH', status: 'COMPLETED', completedAt: '2026-11-22T13:00:00.000Z'},
    }), language)).toEqual(['Status: To do → Completed', 'Priority: Medium → High']);
  });

  it('says none where there was nothing or is nothing', () => {
    expect(describeChange(change({
      before: {dueDate: null, description: 'Soon'},
      after: {dueDate: '2026-12-01', description: null},
    }), language)).toEqual(['Due: none → 1 Dec 2026', 'Description: Soon → none']);
  });

  it('says which tags have come and which have gone', () => {
    expect(describeChange(change({
      before: {tags: ['home', 'work']}, after: {tags: ['work', 'garden']},
    }), language)).toEqual(['Tags: +garden −home']);
  });

  it('says so where the tags have changed their order alone', () => {
    expect(describeChange(change({
      before: {tags: ['a', 'b']}, after: {tags: ['b', 'a']},
    }), language)).toEqual(['Tags: in another order']);
  });

  it('is cut where a text is long, between code points', () => {
    const [line] = describeChange(
        change({before: {title: 'a'}, after: {title: '😀'.repeat(200)}}), language);
    expect(line).toBe(`Title: a → ${'😀'.repeat(79)}…`);
  });

  it('is a word where a task comes or goes', () => {
    const kinds = ['create', 'delete', 'restore', 'purge'] as const;
    expect(kinds.map((kind) => describeChange(change({kind}), language))).toEqual(
        [['Made'], ['Moved to the trash'], ['Restored from the trash'], ['Deleted for good']]);
  });

  it('is never empty', () => {
    expect(describeChange(change({before: {}, after: {}}), language)).toEqual(['Changed']);
  });
});

describe('a change in the log', () => {
  const titleOf = (id: string) => id === 'a' ? 'Milk' : undefined;

  it('names the task as it is called now', () => {
    const raised = change({before: {priority: 'LOW'}, after: {priority: 'HIGH'}});
    expect(describeInLog(raised, titleOf, language)).toBe('“Milk” · Priority: Low → High');
  });

  it('names a task that is gone by what the change says, or by its number', () => {
    const gone = change({kind: 'delete', taskId: 'b', before: {title: 'Eggs'}});
    expect(describeInLog(gone, titleOf, language)).toBe('“Eggs” · Moved to the trash');
    expect(describeInLog(change({kind: 'purge', taskId: 'b'}), titleOf, language))
        .toBe('“Task 7” · Deleted for good');
  });

  it('names a task that was renamed as it was called before', () => {
    const renamed = change({before: {title: 'Oat milk'}, after: {title: 'Milk'}});
    expect(describeInLog(renamed, titleOf, language)).toBe('“Oat milk” · Title: Oat milk → Milk');
  });
});

describe('who made a change', () => {
  it('is told from how it came in', () => {
    const origins: [Partial<Origin>, string][] = [
      [{}, 'you'], [{tokenId: 'x'}, 'a token'], [{via: 'assistant'}, 'the assistant'],
      [{via: 'mcp', tokenId: 'x'}, 'an agent'], [{isService: true}, 'another service'],
      [{via: 'import'}, 'the operator'],
    ];
    for (const [origin, who] of origins) {
      expect(describeOrigin({via: 'rest', isService: false, ...origin}, en)).toBe(who);
    }
  });
});

describe('taking back', () => {
  it('cannot be done with what is gone for good', () => {
    expect(canTakeBack(change({kind: 'purge'}))).toBe(false);
    expect(canTakeBack(change({kind: 'delete'}))).toBe(true);
  });

  it('makes a set not hold any more', () => {
    expect([...takenBack([set(3, 1), set(2), set(1)])]).toEqual([1]);
  });

  it('makes a set hold again where it was itself taken back', () => {
    expect([...takenBack([set(3, 2), set(2, 1), set(1)])]).toEqual([2]);
  });
});

describe('the log', () => {
  it('has each set once, the newest first', () => {
    const news = {...set(2), count: 5};
    expect(mergeSets([set(2), set(1)], [set(3), news]).map(({id, count}) => [id, count]))
        .toEqual([[3, 1], [2, 5], [1, 1]]);
  });
});

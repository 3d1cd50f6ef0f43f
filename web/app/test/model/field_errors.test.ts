import {expect, it} from 'vitest';
import {Problem} from '../../src/api/client';
import {fieldErrors} from '../../src/model/field_errors';

it('is told what is wrong with each field', () => {
  const problem = new Problem(422, 'Both are wrong.', 0, {
    errors: [{loc: ['body', 'name'], msg: 'Too long.'}, {loc: ['body', 'email'], msg: 'Missing.'}],
  });
  expect([...fieldErrors(problem)]).toEqual([['name', 'Too long.'], ['email', 'Missing.']]);
});

it('is nothing where a problem is not one of fields', () => {
  expect(fieldErrors(new Problem(400, 'No.')).size).toBe(0);
  expect(fieldErrors(new Error('No.')).size).toBe(0);
  expect(fieldErrors(new Problem(422, 'No.', 0, {errors: [{loc: 'x'}, {}]})).size).toBe(0);
});

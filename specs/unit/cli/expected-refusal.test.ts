import { expect, test } from '@jest/globals';
import { lineOf } from '../../../actors/log/line.ts';
import { isExpectedRefusal, loggedError } from '../../../cli/expected-refusal.ts';
import { FailoverError } from '../../../config/errors.ts';

const HEAD = { time: 't', level: 'error', event: 'daemon.failed', msg: 'm' };

function logged(error: unknown) {
  return JSON.parse(lineOf(HEAD, { error: loggedError(error) })).error;
}

test('the line of a start that another daemon keeps from its range has no stack trace', () => {
  const held = new FailoverError('LOCK_HELD', 'pid 42 holds index 3', { holder: 42 });
  expect(isExpectedRefusal(held)).toBe(true);
  const { code, message, facts, stack } = logged(held);
  expect({ code, message, facts }).toEqual({
    code: 'LOCK_HELD',
    message: 'pid 42 holds index 3',
    facts: { holder: 42 },
  });
  expect(stack).toBeUndefined();
});

test.each([
  ['a store that fails', new FailoverError('STORE_FAILED', 'no')],
  ['a bug', new Error('a bug')],
])('%s has one', (_, error) => {
  expect(isExpectedRefusal(error)).toBe(false);
  expect(logged(error).stack).toContain('expected-refusal.test');
});

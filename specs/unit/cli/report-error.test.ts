import { expect, test } from '@jest/globals';
import { EXIT, exitCodeOf, isErrorCode } from '../../../cli/exit-codes.ts';
import { reportError } from '../../../cli/report-error.ts';
import { type ErrorCode, FailoverError } from '../../../config/errors.ts';

test('an error says what, its code, and what to do next', () => {
  expect(reportError(new FailoverError('DAEMON_DOWN', 'no daemon runs'))).toBe(
    'claude-failover: no daemon runs [DAEMON_DOWN]\nStart it: claude-failover start',
  );
});

test('more lines of a message follow the code', () => {
  expect(reportError(new FailoverError('NOT_FOUND', 'this\nand that'))).toBe(
    'claude-failover: this [NOT_FOUND]\nand that',
  );
});

test('text of others can neither move the cursor nor hide behind a control character', () => {
  const hostile = 'a\u001b[2Jb\u009b31mc\u202ed\re';
  expect(reportError(new FailoverError('CONFLICT', hostile))).toBe(
    'claude-failover: a\\u001b[2Jb\\u009b31mc\\u202ed\\re [CONFLICT]',
  );
});

test('what is not an error of ours is a bug of ours, told with its stack', () => {
  const report = reportError(new TypeError('x is not a function'));
  expect(report).toContain('TypeError: x is not a function [INTERNAL]');
  expect(report).toContain('report-error.test.ts');
  expect(exitCodeOf(new TypeError('x'))).toBe(70);
  expect(exitCodeOf('thrown text')).toBe(70);
});

test.each<[ErrorCode, number]>([
  ['CONFIG_INVALID', 78],
  ['LOCK_HELD', 75],
  ['NOT_FOUND', 66],
  ['DAEMON_DOWN', 69],
  ['DAEMON_SILENT', 69],
  ['TMUX_MISSING', 69],
  ['STORE_FAILED', 70],
  ['DISK_FAILED', 69],
])('%s exits with %i', (code, expected) => {
  expect(exitCodeOf(new FailoverError(code, 'x'))).toBe(expected);
});

test('only codes of ours are taken for codes', () => {
  expect(isErrorCode('NOT_FOUND')).toBe(true);
  for (const word of ['METHOD_NOT_ALLOWED', 'toString', '', 7, null]) {
    expect(isErrorCode(word)).toBe(false);
  }
});

test('the exit codes are those that process managers are told of', () => {
  expect(EXIT).toEqual({
    OK: 0,
    USAGE: 64,
    DATA: 65,
    NOT_FOUND: 66,
    UNAVAILABLE: 69,
    INTERNAL: 70,
    TEMPORARY: 75,
    CONFIG: 78,
    STOPPED_BY_VERB: 79,
  });
});

import { expect, test } from '@jest/globals';
import { isSameProcess } from '../../../machines/policy/process-identity.ts';

const AGENT = { pid: 7, startTime: '100' };

test('pid and start time make a process', () => {
  expect(isSameProcess(AGENT, { ...AGENT })).toBe(true);
});

test.each([
  ['another pid', { pid: 8, startTime: '100' }],
  ['the same pid, given again', { pid: 7, startTime: '101' }],
  ['none', null],
])('%s is not the same', (_, other) => {
  expect(isSameProcess(AGENT, other)).toBe(false);
  expect(isSameProcess(other, AGENT)).toBe(false);
});

test('no process is not the same as no process', () => {
  expect(isSameProcess(null, null)).toBe(false);
});

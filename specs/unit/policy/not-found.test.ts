import { expect, test } from '@jest/globals';
import { findsNoConversation } from '../../../machines/policy/not-found.ts';

const SOUGHT = '11111111-2222-4333-8444-555555555555';
const SAID = `No conversation found with session ID: ${SOUGHT}`;
const EXIT = { kind: 'exit', code: 1 } as const;

test('a client that says that it finds no such conversation as it ends finds none', () => {
  expect(findsNoConversation({ cause: EXIT, lastScreen: `${SAID}\n` }, SOUGHT)).toBe(true);
});

test('also where a narrow pane has broken the line', () => {
  const lastScreen = `${SAID.slice(0, 40)}\n${SAID.slice(40)}`;
  expect(findsNoConversation({ cause: EXIT, lastScreen }, SOUGHT)).toBe(true);
});

test.each([
  ['of another conversation', { cause: EXIT, lastScreen: SAID.replace('1111', '9999') }],
  ['with another end', { cause: { kind: 'exit', code: 0 }, lastScreen: SAID }],
  ['when it was killed', { cause: { kind: 'signal', signal: 9 }, lastScreen: SAID }],
  ['when it said nothing', { cause: EXIT, lastScreen: '' }],
] as const)('not %s', (_, death) => {
  expect(findsNoConversation(death, SOUGHT)).toBe(false);
});

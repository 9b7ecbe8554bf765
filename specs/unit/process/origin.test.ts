import { expect, test } from '@jest/globals';
import { originIn } from '../../../actors/process/origin.ts';

/** An environment as the kernel tells it. */
const environment = (...entries: readonly string[]) =>
  entries.map((entry) => `${entry}\0`).join('');

const AGENT = { pid: 42, startTime: '9001' };
const NAME = 'CLAUDE_FAILOVER_AGENT=42:9001:%5';

test.each([
  ['in the pane of its agent', ['PATH=/bin', NAME, 'TMUX_PANE=%5'], false],
  ['which has lost the name of the pane', [NAME], false],
  ['in another pane', ['TMUX_PANE=%6', NAME], true],
])('a process %s tells which agent it comes from', (_, entries, isInOtherPane) => {
  const origin = { agent: AGENT, conversation: null, isInOtherPane };
  expect(originIn(environment(...entries))).toEqual(origin);
});

test('it tells the conversation that its agent was started in', () => {
  const text = environment(NAME, 'CLAUDE_FAILOVER_CONVERSATION=c');
  expect(originIn(text)).toMatchObject({ conversation: 'c' });
});

test('an agent in no pane has none that could be another', () => {
  const text = environment('CLAUDE_FAILOVER_AGENT=42:9001:');
  expect(originIn(text)).toMatchObject({ agent: AGENT, isInOtherPane: false });
});

test.each([
  ['', 'no environment'],
  [environment('PATH=/bin'), 'none that names an agent'],
  [environment('CLAUDE_FAILOVER_AGENT='), 'an empty name'],
  [environment('CLAUDE_FAILOVER_AGENT=42:9001'), 'a name without a pane'],
  [environment('CLAUDE_FAILOVER_AGENT=42:%5'), 'one without a start time'],
  [environment('X_CLAUDE_FAILOVER_AGENT=42:9001:%5'), 'another variable'],
  [environment('NOTE=CLAUDE_FAILOVER_AGENT=42:9001:%5'), 'a text that speaks of it'],
])('%j is of no agent: %s', (text) => {
  expect(originIn(text)).toBeNull();
});

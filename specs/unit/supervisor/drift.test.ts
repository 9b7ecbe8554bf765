import { expect, test } from '@jest/globals';
import { messageOf } from '../../../machines/log-events.ts';
import { driftOf } from '../../../supervisor/drift.ts';
import type { Action } from '../../../supervisor/reconcile.ts';
import { identity, paneOf } from '../../harness/test-session.ts';

const slot = { name: 'pool-0', index: 0 };
const death = { pid: 5, cause: { kind: 'vanished' }, lastScreen: '' } as const;
const died: Action = { kind: 'died', name: 'pool-0', death };
const freed: Action = { kind: 'freed', name: 'pool-0' };
const found: Action = { kind: 'found', name: 'pool-0', pane: paneOf(6), mark: 'm' };
const renamed: Action = { kind: 'renamed', name: 'pool-0', to: 'mine', agent: identity(5) };

test('what tmux tells of by itself is a drift only if the interval found it', () => {
  for (const action of [died, freed]) {
    expect(driftOf(action, slot, 'woke')).toBeNull();
    expect(driftOf(action, slot, 'interval')).not.toBeNull();
  }
});

test('what nobody tells of is always one', () => {
  for (const action of [found, renamed]) {
    expect(driftOf(action, slot, 'woke')).toEqual(driftOf(action, slot, 'interval'));
    expect(driftOf(action, slot, 'woke')).not.toBeNull();
  }
});

test.each([
  [died, 'pool-0: died, for its tmux session or pane is gone'],
  [freed, 'pool-0: freed, for the session that had its name is gone'],
  [found, 'pool-0: found, for agent 6 runs in it, and nobody had told of it'],
  [renamed, 'pool-0: renamed, for its agent is in mine now and left alone'],
])('a person reads what was found and why: %#', (action, sentence) => {
  const drift = driftOf(action, slot, 'interval');
  expect(drift && messageOf(drift)).toBe(sentence);
});

import { expect, test } from '@jest/globals';
import { planEntry } from '../../../supervisor/plan-entry.ts';
import type { Belief } from '../../../supervisor/reconcile.ts';

const agent = { pid: 7, startTime: '70' };
const belief: Belief = { name: 'pool-1', mark: 'm', agent, previous: null, phase: 'settled' };
const server = { pid: 1, startTime: '1' };

test('a plan is printed as what should be there, what is, and what follows', () => {
  const entry = planEntry({
    because: 'woke',
    beliefs: [belief, { ...belief, name: 'pool-2', agent: null, phase: 'blocked' }],
    observation: {
      kind: 'seen',
      server,
      sessions: [
        {
          name: 'pool-1',
          mark: 'm',
          pane: {
            state: 'dead',
            paneId: '%1',
            pid: 7,
            cause: { kind: 'unknown' },
            lastScreen: 'x',
          },
        },
        { name: 'pool-2', mark: null, pane: null },
      ],
    },
    plan: [
      {
        kind: 'died',
        name: 'pool-1',
        death: { pid: 7, cause: { kind: 'unknown' }, lastScreen: 'x' },
      },
    ],
  });
  expect(entry).toEqual({
    event: 'reconcile.planned',
    because: 'woke',
    desired: { 'pool-1': 'agent 7', 'pool-2': 'blocked' },
    observed: { 'pool-1': 'dead 7', 'pool-2': 'not ours' },
    actions: [{ kind: 'died', session: 'pool-1' }],
  });
});

test('a wake after which all is as it was is not printed, the interval always is', () => {
  const quiet = { beliefs: [belief], observation: { kind: 'server_lost' }, plan: [] } as const;
  expect(planEntry({ ...quiet, because: 'woke' })).toBeNull();
  expect(planEntry({ ...quiet, because: 'interval' })).toMatchObject({ observed: 'server_lost' });
});

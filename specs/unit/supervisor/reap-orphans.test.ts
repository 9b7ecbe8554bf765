import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { Observation } from '../../../machines/ports.ts';
import type { OrphanedLease } from '../../../machines/tasks.ts';
import { reapOrphans } from '../../../supervisor/reap-orphans.ts';
import { aliveIn, deadIn, seen } from '../../harness/test-root.ts';
import { identity } from '../../harness/test-session.ts';

/** What becomes of a lease that ran out, of the session `old-1`, whose agent was 7. */
async function reap(
  orphan: Partial<OrphanedLease>,
  {
    observation = seen(),
    alive = [] as readonly number[],
  }: { observation?: Observation; alive?: readonly number[] } = {},
) {
  const reaped: string[] = [];
  const logged: LogEvent[] = [];
  const count = await reapOrphans({
    tasks: {
      orphans: async (sessions) => {
        expect(sessions).toEqual(['ours']);
        const known = { id: 't_1', fence: 3, session: 'old-1', agent: identity(7), bootId: 'boot' };
        return [{ ...known, ...orphan }];
      },
      reap: async ({ id }) => {
        reaped.push(id);
        return true;
      },
    },
    names: ['ours'],
    isAlive: ({ pid }) => alive.includes(pid),
    observe: async () => observation,
    bootId: 'boot',
    tell: (entry) => void logged.push(entry),
  });
  expect(reaped).toHaveLength(count);
  expect(logged).toHaveLength(count);
  return count === 1;
}

test('a task whose agent is dead is queued again, and that is said', async () => {
  expect(await reap({})).toBe(true);
  expect(await reap({}, { observation: seen(deadIn('old-1', 7)) })).toBe(true);
  expect(await reap({}, { observation: { kind: 'server_lost' } })).toBe(true);
});

test('a task whose agent lives is left alone, however long its lease is over', async () => {
  expect(await reap({}, { alive: [7] })).toBe(false);
});

test('a task whose session has a living agent is left alone, also one that nobody has recorded', async () => {
  expect(await reap({ agent: null }, { observation: seen(aliveIn('old-1', 8)) })).toBe(false);
});

test('while tmux does not tell what is there nothing is taken for gone', async () => {
  expect(await reap({}, { observation: { kind: 'unknown', reason: 'timed out' } })).toBe(false);
});

test('no agent outlives its boot: a process with its pid is a stranger', async () => {
  expect(
    await reap({ bootId: 'before' }, { alive: [7], observation: seen(aliveIn('old-1', 7)) }),
  ).toBe(true);
});

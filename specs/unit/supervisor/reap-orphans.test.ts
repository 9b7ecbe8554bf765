import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { Observation } from '../../../machines/ports.ts';
import type { OrphanedLease, TaskStore } from '../../../machines/tasks.ts';
import { reapOrphans } from '../../../supervisor/reap-orphans.ts';
import { aliveIn, deadIn, seen } from '../../harness/test-root.ts';
import { identity } from '../../harness/test-session.ts';

const OURS = '/run/tmux.sock';
const OTHER = '/run/other.sock';

interface Circumstances {
  readonly observation: Observation;
  /** Pids of living processes. */
  readonly alive: readonly number[];
  /** What another daemon holds, as `socket session`. */
  readonly supervised: readonly string[];
  /** Sockets without a server. */
  readonly gone: readonly string[];
  readonly outcome: Awaited<ReturnType<TaskStore['reap']>>;
}

/** What becomes of a lease that ran out, of the session `old-1`, whose agent was 7. */
async function attempt(orphan: Partial<OrphanedLease>, circumstances: Partial<Circumstances>) {
  const { observation = seen(), alive = [], supervised = [], gone = [] } = circumstances;
  const { outcome = 'queued' } = circumstances;
  const reaped: string[] = [];
  const logged: LogEvent[] = [];
  const count = await reapOrphans({
    tasks: {
      orphans: async (sessions) => {
        expect(sessions).toEqual(['ours']);
        return [{ ...ORPHAN, ...orphan }];
      },
      reap: async ({ id }) => {
        reaped.push(id);
        return outcome;
      },
    },
    names: ['ours'],
    scope: OURS,
    isSupervised: (scope, session) => supervised.includes(`${scope} ${session}`),
    isServerGone: async (scope) => gone.includes(scope),
    isAlive: ({ pid }) => alive.includes(pid),
    observe: async () => observation,
    bootId: 'boot',
    tell: (entry) => void logged.push(entry),
  });
  return { reaped, logged, count };
}

const ORPHAN = {
  ...{ id: 't_1', fence: 3, scope: OURS, session: 'old-1', mark: 'old-mark' },
  ...{ agent: identity(7), bootId: 'boot' },
} satisfies OrphanedLease;

/** Whether it is queued again. */
async function reap(
  orphan: Partial<OrphanedLease>,
  circumstances: Partial<Circumstances> = {},
): Promise<boolean> {
  const { reaped, logged, count } = await attempt(orphan, circumstances);
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

test('a session that was renamed is still the one whose agent works on the task', async () => {
  const renamed = { ...aliveIn('by-a-person', 8), mark: 'old-mark' };
  expect(await reap({ agent: null }, { observation: seen(renamed) })).toBe(false);
  const another = { ...aliveIn('by-a-person', 8), mark: 'another' };
  expect(await reap({ agent: null }, { observation: seen(another) })).toBe(true);
});

test('a daemon that stood still longer than its leases last keeps its tasks: it goes on and launches', async () => {
  expect(await reap({}, { supervised: [`${OURS} old-1`] })).toBe(false);
  expect(await reap({ bootId: 'before' }, { supervised: [`${OURS} old-1`] })).toBe(false);
  expect(await reap({}, { supervised: [`${OURS} old-2`, `${OTHER} old-1`] })).toBe(true);
});

test('a daemon of another tmux server that was killed right after it started an agent: the task is not run twice', async () => {
  const unrecorded = { scope: OTHER, agent: null };
  for (const bootId of ['boot', '']) {
    expect(await reap({ ...unrecorded, bootId })).toBe(false);
    expect(await reap({ ...unrecorded, bootId }, { gone: [OURS] })).toBe(false);
    expect(await reap({ ...unrecorded, bootId }, { gone: [OTHER] })).toBe(true);
  }
});

test('what our own tmux server shows proves nothing of another one', async () => {
  const lost = { observation: { kind: 'server_lost' } } as const;
  expect(await reap({ scope: OTHER, agent: null }, lost)).toBe(false);
  const unknown = { observation: { kind: 'unknown', reason: 'timed out' } } as const;
  expect(await reap({ scope: OTHER }, unknown)).toBe(true);
  const namesake = { observation: seen(aliveIn('old-1', 8)) };
  expect(await reap({ scope: OTHER }, namesake)).toBe(true);
});

test('on another tmux server a known agent decides, and its boot', async () => {
  expect(await reap({ scope: OTHER }, { alive: [7], gone: [OTHER] })).toBe(false);
  expect(await reap({ scope: OTHER })).toBe(true);
  expect(await reap({ scope: OTHER, agent: null, bootId: 'before' })).toBe(true);
});

test('an agent that may have been started since the last record counts as one of this boot', async () => {
  const started = { agent: null, bootId: '' };
  expect(await reap(started, { observation: seen(aliveIn('old-1', 8)) })).toBe(false);
  expect(await reap(started)).toBe(true);
});

test.each([
  ['queued', 'task.requeued'],
  ['cancelled', 'task.cancelled'],
  ['dead', 'task.died'],
] as const)('one that the store makes %s is logged as %s', async (outcome, event) => {
  const { logged, count } = await attempt({}, { outcome });
  expect(logged).toMatchObject([{ event, session: 'old-1', index: null, task: 't_1' }]);
  expect(count).toBe(1);
});

test('one whose lease somebody has renewed meanwhile is neither counted nor logged', async () => {
  expect(await attempt({}, { outcome: null })).toEqual({ reaped: ['t_1'], logged: [], count: 0 });
});

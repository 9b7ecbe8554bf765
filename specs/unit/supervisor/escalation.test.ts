import { expect, test } from '@jest/globals';
import type { SessionObservation } from '../../../machines/ports.ts';
import { isEscalated, resetPool } from '../../../supervisor/escalation.ts';
import { sessionNamed } from '../../../supervisor/pool.ts';
import {
  aliveIn,
  deadIn,
  seen,
  startTestRoot,
  type TestRootOptions,
} from '../../harness/test-root.ts';

const NAMES = ['pool-0', 'pool-1', 'pool-2'] as const;

/** Three sessions with agents 101 to 103, in a pool that bears one crash. */
async function startPool(options: TestRootOptions = {}) {
  const t = startTestRoot({ poolIntensity: 1, overrides: { startTimeoutMs: 1e9 }, ...options });
  await t.settle();
  await t.list(seen(...NAMES.map((name, i) => aliveIn(name, 101 + i))));
  await t.list(seen(...NAMES.map((name, i) => aliveIn(name, 101 + i))));
  t.emitted.length = 0;
  return t;
}
type Pool = Awaited<ReturnType<typeof startPool>>;

/** Tells what tmux has to the listing under way, if there is one, and to those that are asked for by it. */
async function show(
  t: ReturnType<typeof startTestRoot>,
  ...sessions: readonly SessionObservation[]
) {
  t.wake();
  for (let i = 0; i < 3; i++) {
    if (t.root.getSnapshot().matches({ looking: 'observing' })) await t.list(seen(...sessions));
  }
}

/** The agents of the first two end at once: one crash more than is borne. */
async function escalate(t: Pool) {
  t.wake();
  await t.list(seen(deadIn('pool-0', 101), deadIn('pool-1', 102), aliveIn('pool-2', 103)));
}

const told = (t: Pool, event: string) =>
  t.of('logged').filter(({ entry }) => entry.event === event).length;
const whereIs = (t: Pool, name: string) => sessionNamed(t.root, name)?.getSnapshot().value;
const launchesOf = (t: Pool, name: string) =>
  t.launches.asked.filter(({ facts }) => facts.name === name).length;

test('as many crashes as the pool bears are restarted as ever', async () => {
  const t = await startPool();
  t.wake();
  await t.list(seen(deadIn('pool-0', 101), aliveIn('pool-1', 102), aliveIn('pool-2', 103)));
  t.pass(60_000);
  expect(isEscalated(t.root)).toBe(false);
  expect(launchesOf(t, 'pool-0')).toBe(2);
});

test('one more escalates: it is said once, and nothing is created, however long it takes', async () => {
  const t = await startPool();
  await escalate(t);
  expect(isEscalated(t.root)).toBe(true);
  t.pass(3_600_000);
  await t.settle();
  expect(t.launches.asked).toHaveLength(NAMES.length);
  expect(whereIs(t, 'pool-0')).toEqual({ crashed: 'backingOff' });
  expect(told(t, 'daemon.escalated')).toBe(1);
  expect(t.of('escalated')).toHaveLength(1);
});

test('what lives is left alone, and what dies meanwhile is recorded and not replaced', async () => {
  const t = await startPool();
  await escalate(t);
  expect(t.contextOf('pool-2').agent?.pid).toBe(103);
  await show(t, deadIn('pool-2', 103));
  t.pass(3_600_000);
  expect(t.of('died')).toHaveLength(3);
  expect(launchesOf(t, 'pool-2')).toBe(1);
  expect(told(t, 'daemon.escalated')).toBe(1);
});

test('a session that vanished, or whose name became free, is not launched', async () => {
  const t = await startPool();
  await escalate(t);
  t.root.send({ type: 'session.spawn', session: t.inputOf('pool-1') });
  await t.settle();
  expect(whereIs(t, 'pool-1')).toEqual({ idle: { starting: 'delayed' } });
  expect(launchesOf(t, 'pool-1')).toBe(1);
});

test('the crashes of a lost server count once, also for 300 sessions', async () => {
  const names = Array.from({ length: 300 }, (_, i) => `pool-${i}`);
  const t = startTestRoot({ names, poolIntensity: 1 });
  await t.settle();
  await show(t, ...names.map((name, i) => aliveIn(name, 101 + i)));
  t.wake();
  await t.list({ kind: 'server_lost' });
  expect(t.of('died')).toHaveLength(300);
  expect(isEscalated(t.root)).toBe(false);
});

test('the verb ends it: all that waited is launched, staggered as at a start', async () => {
  const t = await startPool();
  await escalate(t);
  t.pass(3_600_000);
  expect(resetPool(t.root)).toEqual({ ok: true, changed: true });
  expect(isEscalated(t.root)).toBe(false);
  await t.settle();
  expect(t.launches.asked.slice(NAMES.length)).toMatchObject([
    { reason: 'boot', facts: { name: 'pool-0' } },
    { reason: 'boot', facts: { name: 'pool-1' } },
  ]);
  expect(told(t, 'daemon.resumed')).toBe(1);
});

test('asked for twice it is done once, and a pool that is well need not be reset', async () => {
  const t = await startPool();
  expect(resetPool(t.root)).toEqual({ ok: true, changed: false });
  await escalate(t);
  resetPool(t.root);
  expect(resetPool(t.root)).toEqual({ ok: true, changed: false });
  expect(told(t, 'daemon.resumed')).toBe(1);
});

test('after it the crashes of before do not count, new ones do, and it is said once more', async () => {
  const t = await startPool();
  await escalate(t);
  resetPool(t.root);
  await t.settle();
  await show(t, deadIn('pool-0', 104), aliveIn('pool-1', 105), aliveIn('pool-2', 103));
  expect(isEscalated(t.root)).toBe(false);
  await show(t, deadIn('pool-1', 105), aliveIn('pool-2', 103));
  expect(isEscalated(t.root)).toBe(true);
  expect(told(t, 'daemon.escalated')).toBe(2);
});

test('a reset of one session launches that one, and its next crash is not replaced', async () => {
  const t = await startPool();
  await escalate(t);
  sessionNamed(t.root, 'pool-0')?.send({ type: 'operator.reset' });
  await t.settle();
  expect(t.contextOf('pool-0').agent?.pid).toBe(104);
  expect(isEscalated(t.root)).toBe(true);
  await show(t, deadIn('pool-0', 104), aliveIn('pool-2', 103));
  t.pass(3_600_000);
  expect(launchesOf(t, 'pool-0')).toBe(2);
});

test('the crash that escalates the pool is not said to be followed by a restart', async () => {
  const t = await startPool();
  await escalate(t);
  const crashes = t
    .of('logged')
    .flatMap(({ entry }) => (entry.event === 'session.crashed' ? entry : []));
  expect(crashes).toMatchObject([
    { session: 'pool-0', delayMs: expect.any(Number) },
    { session: 'pool-1', delayMs: null },
  ]);
});

test('crashes of a session that was reset count for the pool all the same, until all are', async () => {
  const t = await startPool();
  t.wake();
  await t.list(seen(deadIn('pool-0', 101), aliveIn('pool-1', 102), aliveIn('pool-2', 103)));
  sessionNamed(t.root, 'pool-0')?.send({ type: 'operator.reset' });
  await t.settle();
  expect(t.of('poolForgiven')).toEqual([]);
  await show(t, aliveIn('pool-0', 104), deadIn('pool-1', 102), aliveIn('pool-2', 103));
  expect(isEscalated(t.root)).toBe(true);
  resetPool(t.root);
  expect(t.of('poolForgiven')).toHaveLength(1);
});

test('a reset of all of a pool that is well forgives it what it has had', async () => {
  const t = await startPool();
  t.wake();
  await t.list(seen(deadIn('pool-0', 101), aliveIn('pool-1', 102), aliveIn('pool-2', 103)));
  expect(resetPool(t.root)).toEqual({ ok: true, changed: false });
  expect(t.of('poolForgiven')).toHaveLength(1);
  await show(t, deadIn('pool-1', 102), aliveIn('pool-2', 103));
  expect(isEscalated(t.root)).toBe(false);
});

const AGO = [1, 2].map((at) => ({ session: 'pool-0', at, cause: 'signal' as const }));

test('a daemon that starts within the window starts escalated, creates nothing and says so', async () => {
  const t = startTestRoot({ poolIntensity: 1, poolWindow: AGO });
  await t.settle();
  expect(isEscalated(t.root)).toBe(true);
  expect(t.launches.asked).toEqual([]);
  expect(t.of('logged')).toMatchObject([{ entry: { event: 'daemon.escalated' } }]);
  t.pass(3_600_000);
  expect(t.launches.asked).toEqual([]);
  resetPool(t.root);
  expect(t.launches.asked.map(({ facts }) => facts.name)).toEqual([...NAMES]);
});

import { expect, test } from '@jest/globals';
import { failoversOf } from '../../../supervisor/children.ts';
import { createLimitedPool, type LimitedPool } from '../../harness/limited-pool.ts';

const HOUR = 3_600_000;
const TEN = 10;

/** How many were on their way at once at most, from now on. */
function countOnTheirWay(w: LimitedPool) {
  let most = 0;
  w.watchCalls(() => {
    const steps = failoversOf(w.root()).map((one) => one.getSnapshot().context.facts.step);
    most = Math.max(most, steps.filter((step) => step === 'moving' || step === 'resuming').length);
  });
  return { most: () => most };
}

test('ten sessions that meet the limit in the same second move two at a time; those on the healthy account are untouched', async () => {
  const w = await createLimitedPool({ sessions: 20, failover: { strategy: 'spread' } });
  await w.giveTasks();
  const before = new Map(w.names.map((name) => [name, w.clientOf(name)]));
  const healthy = w.names.filter((name) => before.get(name)?.account === 'second');
  expect(healthy).toHaveLength(TEN);
  const onTheirWay = countOnTheirWay(w);
  w.limit('first', HOUR);
  await w.settle();
  expect(w.names.map(w.report)).toEqual(w.names.map(() => 'working.running on second'));
  expect(onTheirWay.most()).toBe(2);
  for (const name of healthy) expect(w.clientOf(name)).toBe(before.get(name));
  expect(w.of('failover.completed')).toHaveLength(TEN);
  expect(w.of('account.limited')).toHaveLength(1);
  await w.endTurns();
  const ends = w.tasks.told.filter(({ news }) => news.kind === 'completed');
  expect(new Set(ends.map(({ lease }) => lease.id)).size).toBe(20);
  expect(ends).toHaveLength(20);
  expect(w.errors).toEqual([]);
});

test('with both accounts at their limit all are parked, and after the reset they go on two at a time', async () => {
  const w = await createLimitedPool({ sessions: TEN, failover: { cooldownMs: 0 } });
  await w.giveTasks();
  w.limits.set('second', w.chance.clock.now() + HOUR);
  w.limit('first', HOUR);
  await w.settle();
  await w.wait(1000);
  expect(w.living()).toEqual([]);
  expect(new Set(w.sessions().map(({ value }) => JSON.stringify(value)))).toEqual(
    new Set(['{"working":"parked"}']),
  );
  const onTheirWay = countOnTheirWay(w);
  await w.wait(HOUR + 120_000);
  expect(w.living()).toHaveLength(TEN);
  expect(w.living().every(({ taken }) => taken)).toBe(true);
  expect(onTheirWay.most()).toBe(2);
  await w.endTurns();
  expect(w.tasks.told.filter(({ news }) => news.kind === 'completed')).toHaveLength(TEN);
  expect(w.of('failover.failed')).toEqual([]);
  expect(w.errors).toEqual([]);
});

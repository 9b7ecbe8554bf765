import { expect, test } from '@jest/globals';
import { createLimitedPool, type LimitedPool } from '../../harness/limited-pool.ts';

const HOUR = 3_600_000;

/** Does this with the daemon killed at its nth effect, and starts the next one; false when it never came to that. */
async function killedAt(w: LimitedPool, nth: number, act: () => void): Promise<boolean> {
  let calls = 0;
  w.watchCalls(() => {
    calls += 1;
    if (calls === nth) w.kill();
  });
  act();
  await w.settle();
  w.watchCalls(() => {});
  if (calls < nth) return false;
  await w.restartDaemon();
  await w.settle();
  return true;
}

/** However it went on, every conversation has one owner, and every task ended once. */
async function expectAllDone(w: LimitedPool): Promise<void> {
  const owners = w.living().map(({ conversation }) => conversation);
  expect(owners).toEqual([...new Set(owners)]);
  expect(w.living()).toHaveLength(w.names.length);
  expect(w.living().every(({ taken }) => taken)).toBe(true);
  await w.endTurns();
  const ends = w.tasks.told.filter(({ news }) => news.kind !== 'confirmed');
  expect(ends.map(({ news }) => news.kind)).toEqual(w.names.map(() => 'completed'));
  expect(w.breaches).toEqual([]);
  expect(w.errors).toEqual([]);
}

/** Sessions with a task each, again and again, until `scenario` says that its daemon was not killed. */
async function untilNotKilled(
  sessions: number,
  scenario: (w: LimitedPool, nth: number) => Promise<boolean>,
): Promise<number> {
  for (let nth = 1; ; nth++) {
    const w = await createLimitedPool({ sessions, failover: { cooldownMs: 0 } });
    await w.giveTasks();
    const isKilled = await scenario(w, nth);
    await w.wait(20_000);
    await expectAllDone(w);
    w.stop();
    if (!isKilled) return nth;
  }
}

test('a daemon that is killed between any two effects of a failover is followed by one that ends it: one owner, and the task ends once', async () => {
  const tried = await untilNotKilled(2, (w, nth) => killedAt(w, nth, () => w.limit('first', HOUR)));
  expect(tried).toBeGreaterThan(30);
}, 300_000);

test('so it is while conversations are parked', async () => {
  const tried = await untilNotKilled(1, async (w, nth) => {
    w.limits.set('second', w.chance.clock.now() + HOUR);
    const isKilled = await killedAt(w, nth, () => w.limit('first', HOUR));
    await w.wait(20_000);
    expect(w.living()).toEqual([]);
    await w.wait(HOUR + 120_000);
    return isKilled;
  });
  expect(tried).toBeGreaterThan(20);
}, 300_000);

test('so it is when parked conversations go on', async () => {
  const tried = await untilNotKilled(1, async (w, nth) => {
    w.limits.set('second', w.chance.clock.now() + HOUR);
    w.limit('first', HOUR);
    await w.settle();
    expect(w.living()).toEqual([]);
    w.limits.clear();
    return await killedAt(w, nth, () => w.accountVerb('second', 'clear'));
  });
  expect(tried).toBeGreaterThan(10);
}, 300_000);

test('what an account has come to is known to the next daemon, and so is when it is over', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  w.limit('first', HOUR);
  await w.settle();
  await w.restartDaemon();
  await w.settle();
  expect([w.stateOf('first'), w.stateOf('second')]).toEqual(['limited', 'available']);
  expect(w.report('pool-9')).toBe('working.running on second');
  await w.wait(HOUR + 120_000);
  expect(w.stateOf('first')).toBe('available');
});

test('a failover of a session that has left the range is left to others', async () => {
  const w = await createLimitedPool({ sessions: 2 });
  await w.giveTasks();
  w.limits.set('second', w.chance.clock.now() + HOUR);
  w.limit('first', HOUR);
  await w.settle();
  expect(w.stepOf('pool-10')).toBe('parked');
  await w.restartDaemon({ sessions: 1 });
  await w.settle();
  expect(w.stepOf('pool-9')).toBe('parked');
  expect(w.stepOf('pool-10')).toBeUndefined();
  await w.restartDaemon({ sessions: 2 });
  expect(w.stepOf('pool-10')).toBe('parked');
});

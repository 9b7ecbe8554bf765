import { expect, test } from '@jest/globals';
import { createLimitedPool, type LimitedPool } from '../../harness/limited-pool.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const HOUR = 3_600_000;
const MINE = 'mine';
const accounts = (...names: readonly string[]) =>
  names.map((name, i) => ({ name, home: `/${name}`, priority: i + 1 }));

/** Minutes in which clients that say nothing are given up and started again. */
async function pass(w: LimitedPool, minutes: number): Promise<void> {
  for (let i = 0; i < minutes * 6; i++) await w.wait(10_000);
}

test('an account on which agents never come up is left for the next one, by a person’s session as well', async () => {
  const w = await createLimitedPool({
    sessions: 3,
    accounts: accounts('first', 'second', 'third'),
    dedicated: [{ name: MINE, project: tempDir(), account: 'first' }],
  });
  w.silent.add('second');
  w.accountVerb('first', 'disable');
  await pass(w, 10);
  expect([...w.names].map(w.report)).toEqual(w.names.map(() => 'idle.ready on third'));
  expect(w.of('failover.completed')).toHaveLength(4);
  expect(w.of('session.failed')).toEqual([]);
});

test('tasks go on on the account after the one on which agents never come up', async () => {
  const w = await createLimitedPool({
    sessions: 3,
    accounts: accounts('first', 'second', 'third'),
  });
  await w.giveTasks();
  w.silent.add('second');
  w.limit('first', 10 * HOUR);
  await pass(w, 10);
  expect(w.names.map(w.report)).toEqual(w.names.map(() => 'working.running on third'));
});

test('with nowhere else to go it is started again there, after its own waits, and goes on once it comes up', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  w.silent.add('second');
  w.accountVerb('first', 'disable');
  await pass(w, 2);
  expect(w.report('pool-9')).toMatch(/on second$/);
  expect(w.of('failover.completed')).toEqual([]);
  const starts = w.of('session.recreated').length;
  expect(starts).toBeGreaterThan(0);
  expect(starts).toBeLessThan(5);
  w.silent.delete('second');
  await pass(w, 2);
  expect(w.report('pool-9')).toBe('idle.ready on second');
  expect(w.of('failover.completed')).toHaveLength(1);
});

test('one that an operator sent to such an account comes back', async () => {
  const w = await createLimitedPool({
    sessions: 1,
    accounts: accounts('first', 'second', 'third'),
  });
  w.silent.add('third');
  await w.wish({ sessions: ['pool-9'], to: 'third' });
  await pass(w, 3);
  expect(w.report('pool-9')).toBe('idle.ready on first');
  expect(w.of('failover.stayed')).toHaveLength(1);
});

test('one whose target refuses an operator`s wish stays on its account', async () => {
  const w = await createLimitedPool({
    sessions: 1,
    accounts: accounts('first', 'second', 'third'),
  });
  const before = w.clientOf('pool-9');
  w.brokenLinks.add('third');
  await w.wish({ sessions: ['pool-9'], to: 'third' });
  await w.settle();
  await pass(w, 1);
  expect(w.report('pool-9')).toBe('idle.ready on first');
  expect(w.clientOf('pool-9')).toBe(before);
  expect(w.of('failover.stayed')).toHaveLength(1);
});

test('a second wish comes instead of the first while that waits', async () => {
  const w = await createLimitedPool({
    sessions: 1,
    accounts: accounts('first', 'second', 'third'),
  });
  await w.giveTasks();
  await w.wish({ sessions: ['pool-9'], to: 'third' });
  await w.wish({ sessions: ['pool-9'], to: 'second' });
  await w.endTurns();
  expect(w.report('pool-9')).toBe('idle.ready on second');
});

test('an agent that an operator took away under another name lives on when its session is parked', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  const before = w.clientOf('pool-9');
  w.fake.renameSession('pool-9', 'theirs');
  w.accountVerb('second', 'disable');
  w.limit('first', HOUR);
  await w.settle();
  expect(w.living()).toContain(before);
});

test('an agent on an account that left the config is adopted there, and moved when it is at rest', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  const before = w.clientOf('pool-9');
  await w.restartDaemon({ accounts: accounts('second') });
  await w.settle();
  expect(w.report('pool-9')).toBe('working.running on first');
  expect(w.clientOf('pool-9')).toBe(before);
  await w.endTurns();
  expect(w.report('pool-9')).toBe('idle.ready on second');
  expect(w.clientOf('pool-9').conversation).toBe(before.conversation);
});

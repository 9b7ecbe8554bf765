import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import { createTaskKeeper } from '../../../supervisor/task-keeper.ts';
import { openTasks } from '../../harness/open-tasks.ts';
import { atEnd } from '../../harness/scope.ts';
import { settle } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const soon = (what: string) => ({ withinMs: 5000, what, everyMs: 1 });

/** A keeper over a real store, for sessions of which a test says which hold tasks. */
async function startKeeper(leaseMs = 3_600_000) {
  const store = await openTasks({ leaseMs, retentionMs: 1 });
  const renewals: (readonly string[])[] = [];
  const cancelled: string[] = [];
  const logged: LogEvent[] = [];
  const world = { holders: [] as readonly string[], now: 0, prunes: 0, reaps: 0, fails: false };
  const keeper = createTaskKeeper({
    tasks: {
      renew: async (sessions) => {
        renewals.push(sessions);
        if (world.fails) throw new Error('the disk is full');
        return await store.tasks.renew(sessions);
      },
      prune: async () => {
        world.prunes += 1;
        return await store.tasks.prune();
      },
    },
    holders: () => world.holders,
    cancel: ({ id }) => void cancelled.push(id),
    reap: async () => {
      world.reaps += 1;
    },
    leaseMs,
    monotonicMs: () => world.now,
    tell: (entry) => void logged.push(entry),
  });
  atEnd(() => keeper.stop());
  return { ...store, keeper, renewals, cancelled, logged, world };
}

test('the leases of all holders are renewed in one statement; while nobody holds a task nothing is asked', async () => {
  const t = await startKeeper();
  t.keeper.renew();
  await settle();
  expect(t.renewals).toEqual([]);
  t.world.holders = ['a', 'b'];
  t.keeper.renew();
  await settle();
  expect(t.renewals).toEqual([['a', 'b']]);
});

test('leases are renewed three times as often as they run out', async () => {
  const t = await startKeeper(30);
  t.world.holders = ['a'];
  await until(() => t.renewals.length > 2, soon('three renewals'));
});

test('a task that a person wants ended is told to whoever holds it', async () => {
  const t = await startKeeper();
  const id = await t.add();
  await t.tasks.claim(id, 'a');
  t.world.holders = ['a'];
  t.keeper.renew();
  await until(() => t.renewals.length === 1, soon('a renewal'));
  expect(t.cancelled).toEqual([]);
  await t.tasks.cancel(id);
  t.keeper.renew();
  await until(() => t.cancelled.length === 1, soon('the cancellation'));
  expect(t.cancelled).toEqual([id]);
});

test('each sweep looks for abandoned tasks, and once an hour ended ones are forgotten', async () => {
  const t = await startKeeper();
  for (const now of [0, 3_599_999, 3_600_000]) {
    t.world.now = now;
    const before = t.world.reaps;
    t.keeper.sweep();
    await until(() => t.world.reaps > before, soon('a sweep'));
    await settle();
  }
  await until(() => t.world.prunes === 2, soon('two prunings'));
});

test('a renewal that fails is said once, and tried again', async () => {
  const t = await startKeeper();
  t.world.holders = ['a'];
  t.world.fails = true;
  for (let i = 1; i <= 2; i++) {
    t.keeper.renew();
    await until(() => t.renewals.length === i, soon('a renewal'));
    await settle();
  }
  expect(t.logged).toMatchObject([{ event: 'daemon.error', error: new Error('the disk is full') }]);
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { ALL, CONFIRMED, FAILED, newTask, RETURNED, UNDELIVERED } from '../harness/new-task.ts';
import { atEnd } from '../harness/scope.ts';
import { type ClockedTasks, openClockedTasks } from '../harness/task-clock.ts';
import { handsOn } from '../harness/task-store.ts';

const LIMITS = { maxAttempts: 3, leaseMs: 30_000, retryBackoffMs: 5_000, retentionMs: 100_000 };

let clocked: ClockedTasks;
beforeEach(async () => {
  clocked = await openClockedTasks(LIMITS);
  atEnd(() => clocked.close());
});
const { add, give, begin, claim, stateOf, readyIds } = handsOn(() => clocked.tasks);

describe('a lease', () => {
  test('lasts as long as it was taken for, and from each renewal on', async () => {
    const { tasks, pass } = clocked;
    const held = await give();
    pass(29_999);
    expect(await tasks.orphans([])).toEqual([]);
    expect(await tasks.reap(held)).toBeNull();
    await tasks.renew(['pool-0']);
    pass(29_999);
    expect(await tasks.orphans([])).toEqual([]);
    pass(1);
    expect(await tasks.orphans([])).toHaveLength(1);
    await tasks.renew(['pool-0']);
    expect(await tasks.orphans([])).toEqual([]);
  });

  test('of a session that is not renewed runs out beside one that is', async () => {
    const { tasks, pass } = clocked;
    const [one, two] = [await give({}, 'pool-1'), await give({}, 'pool-2')];
    pass(20_000);
    await tasks.renew(['pool-1']);
    pass(20_000);
    expect((await tasks.orphans([])).map(({ id }) => id)).toEqual([two.id]);
    expect(await tasks.reap(one)).toBeNull();
    expect(await tasks.reap(two)).toBe('queued');
    expect(await readyIds()).toEqual([two.id]);
  });
});

describe('a task that is given back', () => {
  test.each([
    ['failed', () => begin().then((held) => clocked.tasks.fail(held, FAILED))],
    ['was returned', () => begin().then((held) => clocked.tasks.release(held, RETURNED))],
  ])('waits for the back-off when it %s', async (_how, end) => {
    const { tasks, now, pass } = clocked;
    await end();
    const [task] = await tasks.list(ALL);
    expect(await tasks.nextDueAt()).toBe(now() + 5_000);
    pass(4_999);
    expect(await readyIds()).toEqual([]);
    pass(1);
    expect(await readyIds()).toEqual([task?.id]);
    expect(await tasks.nextDueAt()).toBeNull();
  });

  test('waits a second longer with each try that no client took', async () => {
    const { tasks, now, pass } = clocked;
    const id = await add();
    const waits = [];
    for (let tries = 1; tries < 10; tries++) {
      await tasks.release(await claim(id), UNDELIVERED);
      const wait = ((await tasks.nextDueAt()) ?? 0) - now();
      waits.push(wait);
      pass(wait);
    }
    expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((seconds) => seconds * 1_000));
  });
});

describe('times', () => {
  test('a task tells when it was accepted, first confirmed and ended', async () => {
    const { tasks, now, pass } = clocked;
    const id = await add();
    const createdAt = now();
    pass(10);
    const first = await claim(id);
    pass(10);
    await tasks.confirm(first, CONFIRMED);
    const startedAt = now();
    pass(10);
    await tasks.fail(first, FAILED);
    pass(5_000);
    const second = await claim(id);
    await tasks.confirm(second, CONFIRMED);
    pass(10);
    await tasks.complete(second, 'ok');
    expect(await tasks.show(id)).toMatchObject({ createdAt, startedAt, endedAt: now() });
  });

  test('a task is started at its time, not before, and keeps its place among its equals', async () => {
    const { tasks, now, pass } = clocked;
    const early = await add({ notBefore: now() + 1_000 });
    const late = await add({ notBefore: now() + 2_000 });
    const [open] = [await add()];
    expect(await readyIds()).toEqual([open]);
    pass(1_000);
    expect(await readyIds()).toEqual([early, open]);
    expect(await tasks.nextDueAt()).toBe(now() + 1_000);
    pass(1_000);
    expect(await readyIds()).toEqual([early, late, open]);
  });

  test('order and leases survive a clock that is set back', async () => {
    const { tasks, pass } = clocked;
    const held = await begin();
    const first = await add();
    pass(-3_600_000);
    const second = await add();
    expect((await tasks.list(ALL)).map(({ id }) => id)).toEqual([held.id, first, second]);
    expect(await tasks.complete(held, 'ok')).toBe(true);
  });
});

describe('a clock that is set back by a day', () => {
  const DAY_MS = 86_400_000;

  test('keeps no task waiting that was accepted before', async () => {
    const { tasks, pass } = clocked;
    const id = await add();
    pass(-DAY_MS);
    expect(await readyIds()).toEqual([id]);
    expect(await tasks.nextDueAt()).toBeNull();
    expect(await tasks.claim(id, 'pool-0')).not.toBeNull();
  });

  test('makes no back-off longer', async () => {
    const { tasks, pass } = clocked;
    const held = await begin();
    await tasks.fail(held, FAILED);
    pass(-DAY_MS);
    expect(await readyIds()).toEqual([held.id]);
    expect(await tasks.nextDueAt()).toBeNull();
  });

  test('does not begin a task before the time that a person has named', async () => {
    const { tasks, now, pass } = clocked;
    const named = now() + 3_600_000;
    const id = await add({ notBefore: named });
    pass(-DAY_MS);
    expect(await readyIds()).toEqual([]);
    expect(await tasks.nextDueAt()).toBe(named);
    expect(await tasks.claim(id, 'pool-0')).toBeNull();
  });

  test('keeps no task with a session that nobody has any more', async () => {
    const { tasks, pass } = clocked;
    const held = await give();
    pass(-DAY_MS);
    expect(await tasks.orphans([])).toMatchObject([{ id: held.id }]);
    expect(await tasks.reap(held)).toBe('queued');
  });

  test('ends no lease that is renewed', async () => {
    const { tasks, pass } = clocked;
    const held = await give();
    pass(-DAY_MS);
    await tasks.renew(['pool-0']);
    expect(await tasks.orphans([])).toEqual([]);
    expect(await tasks.reap(held)).toBeNull();
  });
});

describe('forgetting', () => {
  test('begins when the retention has passed since the end', async () => {
    const { tasks, pass } = clocked;
    const done = await begin();
    await tasks.complete(done, 'ok');
    pass(100_000);
    expect(await tasks.prune()).toBe(0);
    pass(1);
    expect(await tasks.prune()).toBe(1);
    expect(await tasks.show(done.id)).toBeNull();
  });

  test('spares a task that one which has not ended depends on', async () => {
    const { tasks, pass } = clocked;
    const first = await begin();
    const second = await add({ dependsOn: [first.id] });
    await tasks.complete(first, 'ok');
    pass(200_000);
    expect(await tasks.prune()).toBe(0);
    await tasks.complete(await claim(second), 'ok');
    expect(await tasks.prune()).toBe(1);
    expect(await stateOf(second)).toBe('done');
  });

  test('spares a task that was never done while one that needs it is known: it may be retried', async () => {
    const { tasks, pass } = clocked;
    const first = await add();
    const second = await add({ dependsOn: [first] });
    await tasks.cancel(first);
    pass(200_000);
    await tasks.cancel(second);
    expect(await tasks.prune()).toBe(0);
    await tasks.retry(second);
    expect(await stateOf(second)).toBe('blocked');
    await tasks.cancel(second);
    pass(200_000);
    expect(await tasks.prune()).toBe(2);
  });

  test('spares a task that a person has retried', async () => {
    const { tasks, pass } = clocked;
    const { id } = await tasks.add(newTask());
    await tasks.cancel(id);
    pass(200_000);
    await tasks.retry(id);
    expect(await tasks.prune()).toBe(0);
  });

  test('takes everything, however much it is', async () => {
    const { tasks, pass } = clocked;
    for (let n = 0; n < 1_200; n++) await tasks.cancel(await add());
    const kept = await add();
    pass(200_000);
    expect(await tasks.prune()).toBe(1_200);
    expect((await tasks.list(ALL)).map(({ id }) => id)).toEqual([kept]);
  });
});

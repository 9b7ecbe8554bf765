import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Lease, Task, TaskStore } from '../../machines/tasks.ts';
import { ALL, CONFIRMED, newTask } from '../harness/new-task.ts';
import { type ClockedTasks, openClockedTasks } from '../harness/task-clock.ts';

const MAX_ATTEMPTS = 3;
const LIMITS = {
  maxAttempts: MAX_ATTEMPTS,
  leaseMs: 1_000,
  retryBackoffMs: 500,
  retentionMs: 1_000_000_000,
};

/** Everything that was ever added and leased: also what ended, and who lost it, is tried again. */
interface World extends ClockedTasks {
  readonly ids: string[];
  readonly leases: Lease[];
  /** The newest fence of each task. */
  readonly fences: Map<string, number>;
}

type Step = (world: World) => Promise<unknown>;

const pick = fc.nat({ max: 1_000 });
const session = fc.constantFrom('pool-0', 'pool-1', 'pool-2');
const flag = fc.boolean();

const adding = fc
  .record({
    key: fc.constantFrom(null, null, 'a', 'b'),
    priority: fc.constantFrom('critical' as const, 'default' as const, 'low' as const),
    needs: fc.array(pick, { maxLength: 2 }),
    waitMs: fc.constantFrom(null, 300, 5_000),
  })
  .map(
    ({ key, priority, needs, waitMs }): Step =>
      async ({ tasks, ids, now }) => {
        const dependsOn = ids.length === 0 ? [] : needs.map((n) => among(ids, n));
        const notBefore = waitMs === null ? null : now() + waitMs;
        const { id, created } = await tasks.add(newTask({ key, priority, dependsOn, notBefore }));
        expect(ids.includes(id)).toBe(!created);
        if (created) ids.push(id);
      },
  );

const claiming = fc.tuple(pick, session).map(
  ([n, name]): Step =>
    async (world) => {
      const { tasks, ids, leases, fences } = world;
      if (ids.length === 0) return;
      const before = await tasks.held();
      const held = await tasks.claim(among(ids, n), name);
      if (held === null) return;
      expect(before.has(name)).toBe(false);
      expect([...before.values()].map(({ id }) => id)).not.toContain(held.id);
      expect(held.fence).toBeGreaterThan(fences.get(held.id) ?? 0);
      fences.set(held.id, held.fence);
      leases.push({ id: held.id, fence: held.fence });
    },
);

/** A write under some lease, which may be long lost. */
const underLease = (write: (tasks: TaskStore, lease: Lease) => Promise<unknown>) =>
  pick.map(
    (n): Step =>
      async ({ tasks, leases }) => {
        if (leases.length === 0) return;
        const lease = among(leases, n);
        const held = [...(await tasks.held()).values()].find(({ id }) => id === lease.id);
        const before = await tasks.show(lease.id);
        const outcome = await write(tasks, lease);
        if (held?.fence === lease.fence) return;
        expect([false, null]).toContain(outcome);
        expect(await tasks.show(lease.id)).toEqual(before);
      },
  );

const onTask = (write: (tasks: TaskStore, id: string) => Promise<unknown>) =>
  pick.map(
    (n): Step =>
      async ({ tasks, ids }) => {
        if (ids.length > 0) await write(tasks, among(ids, n));
      },
  );

/** Another agent in the session, as often as a session machine would start one. */
const launching = session.map(
  (name): Step =>
    async ({ tasks, launch }) => {
      const held = (await tasks.held()).get(name);
      if (held !== undefined && held.attempts < MAX_ATTEMPTS) await launch(name);
    },
);

const passing = fc.constantFrom(100, 600, 1_500, 20_000).map(
  (ms): Step =>
    async ({ pass }) => {
      pass(ms);
    },
);

const confirming = (counts: boolean) =>
  underLease((tasks, lease) => tasks.confirm(lease, { ...CONFIRMED, counts }));
const failing = (retryable: boolean) =>
  underLease((tasks, lease) => tasks.fail(lease, { error: 'no', retryable }));
const releasing = (undelivered: boolean) =>
  underLease((tasks, lease) => tasks.release(lease, { reason: 'no', undelivered }));

const step = fc.oneof(
  { weight: 4, arbitrary: adding },
  { weight: 8, arbitrary: claiming },
  { weight: 4, arbitrary: flag.chain(confirming) },
  { weight: 3, arbitrary: underLease((tasks, lease) => tasks.complete(lease, 'ok')) },
  { weight: 3, arbitrary: flag.chain(failing) },
  { weight: 3, arbitrary: flag.chain(releasing) },
  { weight: 2, arbitrary: underLease((tasks, lease) => tasks.finishCancel(lease)) },
  { weight: 2, arbitrary: underLease((tasks, lease) => tasks.reap(lease)) },
  { weight: 2, arbitrary: onTask((tasks, id) => tasks.cancel(id)) },
  { weight: 2, arbitrary: onTask((tasks, id) => tasks.retry(id)) },
  { weight: 2, arbitrary: launching },
  {
    weight: 2,
    arbitrary: session.map(
      (name): Step =>
        ({ tasks }) =>
          tasks.renew([name]),
    ),
  },
  { weight: 4, arbitrary: passing },
);

test('whatever is done to tasks, in whatever order, nothing is lost, doubled or held twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      const clocked = await openClockedTasks(LIMITS);
      const world: World = { ...clocked, ids: [], leases: [], fences: new Map() };
      try {
        for (const take of steps) {
          await take(world);
          await check(world);
        }
        await checkHistories(world);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

async function check({ tasks, ids, now }: World): Promise<void> {
  const all = await tasks.list(ALL);
  expect(all.map(({ id }) => id)).toEqual(ids);
  const counts = await tasks.counts();
  for (const [state, count] of Object.entries(counts)) {
    expect([state, count]).toEqual([state, all.filter((task) => task.state === state).length]);
  }
  const held = await tasks.held();
  const running = all.filter(({ state }) => state === 'running');
  expect([...held].map(([name, { id }]) => [id, name]).sort()).toEqual(
    running.map(({ id, session: name }) => [id, name]).sort(),
  );
  const ready = (await tasks.ready(1_000)).map(({ id }) => id);
  const due = await tasks.nextDueAt();
  expect(due === null || due > now()).toBe(true);
  for (const task of all) checkOne(task, { all, isReady: ready.includes(task.id), due });
}

function checkOne(
  task: Task,
  seen: { readonly all: readonly Task[]; readonly isReady: boolean; readonly due: number | null },
): void {
  const { state, attempts, dependsOn, endedAt } = task;
  expect(attempts).toBeGreaterThanOrEqual(0);
  expect(attempts).toBeLessThanOrEqual(MAX_ATTEMPTS);
  expect(endedAt !== null).toBe(ENDED.includes(state));
  const waits = seen.all.some(({ id, state: other }) => dependsOn.includes(id) && other !== 'done');
  if (state === 'blocked') expect(waits).toBe(true);
  if (state === 'queued' || state === 'running' || state === 'done') expect(waits).toBe(false);
  // A queued task is either ready, or time alone makes it so.
  if (seen.isReady) expect(state).toBe('queued');
  if (state === 'queued' && !seen.isReady) expect(seen.due).not.toBeNull();
}

const ENDED = ['done', 'dead', 'cancelled'];

/** One letter for each thing that can happen. */
const LETTERS: Readonly<Record<string, string>> = {
  accepted: 'a',
  dispatched: 'd',
  confirmed: 'f',
  requeued: 'r',
  completed: 'D',
  died: 'k',
  cancel_requested: 'x',
  cancelled: 'c',
  retried: 't',
};

/** Accepted once; held, then given back or ended; after an end only a person's retry; done for good. */
const LIFE = /^a(t|df*x?f*r|(df*x?f*[kc]|c)t)*(df*x?f*[Dkc]?|c)?$/;

async function checkHistories({ tasks, ids }: World): Promise<void> {
  for (const id of ids) {
    const events = (await tasks.show(id))?.history.map(({ event }) => LETTERS[event] ?? event);
    expect(events?.join('')).toMatch(LIFE);
  }
}

function among<T>(all: readonly T[], n: number): T {
  return all[n % all.length] as T;
}

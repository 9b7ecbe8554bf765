import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../config/errors.ts';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { HeldTask, TaskNews, TaskStore } from '../../../machines/tasks.ts';
import { createTaskRecorder } from '../../../supervisor/task-recorder.ts';
import { openTasks } from '../../harness/open-tasks.ts';

const CONFIRMED: TaskNews = { kind: 'confirmed', conversation: 'c', counts: true };
const COMPLETED: TaskNews = { kind: 'completed', result: 'fixed' };
const FULL = new FailoverError('STORE_FAILED', 'the disk is full');

/** A recorder over a real store, of which a test spoils what it wants. */
async function startRecorder(limits = {}) {
  const store = await openTasks(limits);
  const logged: LogEvent[] = [];
  const stored: string[] = [];
  const waits: number[] = [];
  const spoilt: { tasks: Partial<TaskStore>; onWait: () => void } = { tasks: {}, onWait: () => {} };
  const call =
    <M extends keyof TaskStore>(name: M) =>
    (...args: unknown[]) =>
      (({ ...store.tasks, ...spoilt.tasks })[name] as (...given: unknown[]) => never)(...args);
  const recorder = createTaskRecorder({
    tasks: {
      confirm: call('confirm'),
      complete: call('complete'),
      fail: call('fail'),
      release: call('release'),
      finishCancel: call('finishCancel'),
      brief: call('brief'),
    },
    tell: (entry) => void logged.push(entry),
    indexOf: (session) => Number(session.at(-1)),
    sleep: async (ms) => {
      waits.push(ms);
      spoilt.onWait();
    },
    onStored: (session) => void stored.push(session),
  });
  return {
    ...store,
    recorder,
    logged,
    stored,
    waits,
    spoilt,
    give: (session?: string) => store.give({}, session),
    hear: ({ id, fence }: HeldTask, news: TaskNews, session = 'pool-0') =>
      recorder.hear({ session, lease: { id, fence }, news }),
  };
}

test('news are stored in the order in which they are told, and logged once they are', async () => {
  const t = await startRecorder();
  const task = await t.give();
  t.hear(task, CONFIRMED);
  t.hear(task, COMPLETED);
  expect(t.recorder.isSettled('pool-0')).toBe(false);
  expect(t.logged).toEqual([]);
  await t.recorder.settled('pool-0');
  expect(await t.tasks.show(task.id)).toMatchObject({
    state: 'done',
    result: 'fixed',
    attempts: 1,
  });
  const about = { session: 'pool-0', index: 0, task: task.id, conversation: 'c', attempt: 1 };
  expect(t.logged).toEqual([
    { event: 'task.confirmed', ...about },
    { event: 'task.completed', ...about },
  ]);
  expect(t.recorder.isSettled('pool-0')).toBe(true);
  expect(t.stored).toEqual(['pool-0', 'pool-0']);
});

test.each<readonly [string, TaskNews, object, LogEvent['event'], string]>([
  [
    'fails',
    { kind: 'failed', error: 'overloaded', retryable: true },
    {},
    'task.requeued',
    'queued',
  ],
  ['fails for good', { kind: 'failed', error: 'gone', retryable: false }, {}, 'task.died', 'dead'],
  [
    'fails as often as it may',
    { kind: 'failed', error: 'overloaded', retryable: true },
    { maxAttempts: 1 },
    'task.died',
    'dead',
  ],
  [
    'is given back',
    { kind: 'returned', reason: 'x', undelivered: false },
    {},
    'task.requeued',
    'queued',
  ],
])('a task that %s is logged as what became of it', async (_, news, limits, event, state) => {
  const t = await startRecorder(limits);
  const task = await t.give();
  t.hear(task, CONFIRMED);
  t.hear(task, news);
  await t.recorder.settled('pool-0');
  expect(t.logged.at(-1)).toMatchObject({ event, task: task.id });
  expect(await t.tasks.show(task.id)).toMatchObject({ state });
});

test('a task that was asked to end is cancelled when its agent has let go of it', async () => {
  const t = await startRecorder();
  const task = await t.give();
  await t.tasks.cancel(task.id);
  t.hear(task, { kind: 'cancelled' });
  await t.recorder.settled('pool-0');
  expect(t.logged).toMatchObject([{ event: 'task.cancelled' }]);
  expect(await t.tasks.show(task.id)).toMatchObject({ state: 'cancelled' });
});

test('what cannot be stored is tried again, ever more seldom, and is said once; what comes after it waits', async () => {
  const t = await startRecorder();
  const task = await t.give();
  t.spoilt.tasks = { confirm: () => Promise.reject(FULL) };
  t.spoilt.onWait = () => {
    if (t.waits.length === 9) t.spoilt.tasks = {};
  };
  t.hear(task, CONFIRMED);
  t.hear(task, COMPLETED);
  await t.recorder.settled('pool-0');
  expect(t.waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(t.logged.map(({ event }) => event)).toEqual([
    'daemon.error',
    'task.confirmed',
    'task.completed',
  ]);
});

test('a session whose news cannot be stored keeps no other waiting', async () => {
  const t = await startRecorder();
  const [stuck, other] = [await t.give('pool-0'), await t.give('pool-1')];
  let resume = (_: boolean) => {};
  t.spoilt.tasks = { confirm: () => new Promise((resolve) => (resume = resolve)) };
  t.hear(stuck, CONFIRMED);
  t.hear(other, COMPLETED, 'pool-1');
  await t.recorder.settled('pool-1');
  expect(t.recorder.isSettled('pool-0')).toBe(false);
  resume(true);
  await t.recorder.settled('pool-0');
});

test('once a newer daemon has taken over, nothing is tried again, and whoever waits is told', async () => {
  const t = await startRecorder();
  const task = await t.give();
  const fenced = new FailoverError('CONFLICT', 'a newer daemon has taken over');
  t.spoilt.tasks = { complete: () => Promise.reject(fenced) };
  t.hear(task, COMPLETED);
  await expect(t.recorder.settled('pool-0')).rejects.toBe(fenced);
  expect(t.waits).toEqual([]);
  expect(t.recorder.isSettled('pool-0')).toBe(false);
});

test('news of a lease that was lost change nothing, and that is said', async () => {
  const t = await startRecorder();
  const task = await t.give();
  t.hear({ ...task, fence: task.fence + 7 }, COMPLETED);
  await t.recorder.settled('pool-0');
  expect(t.logged).toMatchObject([
    { event: 'daemon.error', reason: expect.stringContaining('whose lease it had lost') },
  ]);
  expect(await t.tasks.show(task.id)).toMatchObject({ state: 'running' });
});

test('at a stop what fails is tried once more and no longer', async () => {
  const t = await startRecorder();
  const task = await t.give();
  let tries = 0;
  t.spoilt.tasks = {
    complete: () => {
      tries += 1;
      return Promise.reject(FULL);
    },
  };
  let stopped: Promise<void> | null = null;
  t.spoilt.onWait = () => {
    stopped ??= t.recorder.stop();
  };
  t.hear(task, COMPLETED);
  await expect(t.recorder.settled('pool-0')).rejects.toBe(FULL);
  await stopped;
  expect(tries).toBe(2);
});

test('a store that does not say what it knows of the task keeps nothing from being logged', async () => {
  const t = await startRecorder();
  const task = await t.give();
  t.spoilt.tasks = { brief: () => Promise.reject(FULL) };
  t.hear(task, COMPLETED);
  await t.recorder.settled('pool-0');
  expect(t.logged).toMatchObject([{ event: 'task.completed', conversation: null, attempt: 0 }]);
});

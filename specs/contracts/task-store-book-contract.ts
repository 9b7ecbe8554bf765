import { describe, expect, test } from '@jest/globals';
import { taskIdIn } from '../../machines/policy/task-prompt.ts';
import type { HeldTask, TaskBook } from '../../machines/tasks.ts';
import { freshTasks } from '../harness/fresh-tasks.ts';
import {
  ALL,
  CONFIRMED,
  CONVERSATION,
  FAILED,
  newTask,
  RETURNED,
  UNDELIVERED,
} from '../harness/new-task.ts';
import type { TaskPlace } from '../harness/task-store.ts';

/** What the command line relies on: adding, looking, cancelling, retrying. */
export function taskBookContract(makePlace: () => TaskPlace): void {
  const { place, tasks, add, claim, begin, stateOf, readyIds } = freshTasks(makePlace);

  describe('add', () => {
    test('what was added is there, for whoever opens the place next, exactly as it was given', async () => {
      const task = newTask({
        key: 'nightly',
        project: '/work/«é»',
        priority: 'high',
        text: '\'quoted\' "twice" \\ \n\ttab é Ж 日本 🧵\n',
        notBefore: 4_102_444_800_123,
      });
      const { id, created } = await tasks.add(task);
      expect(created).toBe(true);

      const book = await place.book();
      expect(await book.show(id)).toEqual({
        ...task,
        id,
        state: 'queued',
        attempts: 0,
        session: null,
        conversation: null,
        cancelRequested: false,
        createdAt: expect.any(Number),
        startedAt: null,
        endedAt: null,
        result: null,
        error: null,
        history: [{ at: expect.any(Number), event: 'accepted', facts: {} }],
      });
      expect(await tasks.textOf(id)).toBe(task.text);
    });

    test('a text of a megabyte comes back whole', async () => {
      const text = 'Ж🧵x'.repeat(150_000);
      expect(await tasks.textOf(await add({ text }))).toBe(text);
    });

    test('ids sort as the tasks were accepted, and fit the header line of a prompt', async () => {
      const ids = [];
      for (let n = 0; n < 50; n++) ids.push(await add());
      expect([...ids].sort()).toEqual(ids);
      for (const id of ids) expect(taskIdIn(`[task ${id}]\ndo it`)).toBe(id);
    });

    test('tasks that nobody waited for in between keep their order', async () => {
      const added = await Promise.all(Array.from({ length: 30 }, () => tasks.add(newTask())));
      const ids = added.map(({ id }) => id);
      expect((await tasks.list(ALL)).map(({ id }) => id)).toEqual(ids);
    });

    test('the same key of a project is the same task, whatever else is different', async () => {
      const id = await add({ key: 'a', text: 'first' });
      const again = newTask({
        key: 'a',
        text: 'second',
        priority: 'low',
        dependsOn: ['t_unknown'],
      });
      expect(await tasks.add(again)).toEqual({ id, created: false });
      expect(await (await place.book()).add(again)).toEqual({ id, created: false });
      expect(await tasks.textOf(id)).toBe('first');
      expect(await tasks.list(ALL)).toHaveLength(1);
    });

    test('the same key is the same task in whatever state it is', async () => {
      const states: Record<string, (id: string) => Promise<unknown>> = {
        running: (id) => claim(id),
        done: async (id) => tasks.complete(await claim(id, 'pool-1'), 'ok'),
        dead: async (id) => tasks.fail(await claim(id, 'pool-2'), { ...FAILED, retryable: false }),
        cancelled: (id) => tasks.cancel(id),
      };
      for (const [state, reach] of Object.entries(states)) {
        const id = await add({ key: state });
        await reach(id);
        expect([state, await tasks.add(newTask({ key: state }))]).toEqual([
          state,
          { id, created: false },
        ]);
        expect(await stateOf(id)).toBe(state);
      }
    });

    test('the same key in two projects is two tasks, and tasks without a key are always new', async () => {
      const ids = [
        await add({ key: 'a', project: '/one' }),
        await add({ key: 'a', project: '/two' }),
        await add(),
        await add(),
      ];
      expect(new Set(ids).size).toBe(4);
    });

    test('a dependency that nobody knows is refused by name, and nothing is added', async () => {
      const known = await add();
      const refused = tasks.add(newTask({ dependsOn: [known, 't_nobody'], key: 'k' }));
      await expect(refused).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('t_nobody'),
      });
      expect(await tasks.list(ALL)).toHaveLength(1);
      expect((await tasks.add(newTask({ key: 'k' }))).created).toBe(true);
    });
  });

  describe('dependencies', () => {
    test('a task waits until all that it depends on are done, and is queued with the last of them', async () => {
      const [one, two] = [await add(), await add()];
      const waiting = await add({ dependsOn: [one, two, one] });
      expect((await tasks.show(waiting))?.dependsOn).toEqual([one, two, one]);
      expect(await stateOf(waiting)).toBe('blocked');
      expect(await readyIds()).toEqual([one, two]);
      expect(await tasks.claim(waiting, 'pool-0')).toBeNull();

      await tasks.complete(await claim(one), 'ok');
      expect(await stateOf(waiting)).toBe('blocked');
      await tasks.complete(await claim(two), 'ok');
      expect(await stateOf(waiting)).toBe('queued');
      expect(await readyIds()).toEqual([waiting]);
    });

    test('one that is done already is not waited for', async () => {
      const done = await begin();
      await tasks.complete(done, 'ok');
      expect(await stateOf(await add({ dependsOn: [done.id] }))).toBe('queued');
    });

    test('a chain is queued link by link', async () => {
      const first = await add();
      const second = await add({ dependsOn: [first] });
      const third = await add({ dependsOn: [second] });
      for (const id of [first, second, third]) {
        expect(await readyIds()).toEqual([id]);
        await tasks.complete(await claim(id), 'ok');
      }
      expect(await tasks.counts()).toMatchObject({ done: 3, blocked: 0, queued: 0 });
    });

    test('who waits for a dead or cancelled task stays blocked, until that one is retried and done', async () => {
      const [dead, cancelled] = [await add(), await add()];
      const waiting = await add({ dependsOn: [dead, cancelled] });
      await tasks.fail(await claim(dead), { ...FAILED, retryable: false });
      await tasks.cancel(cancelled);
      expect(await stateOf(waiting)).toBe('blocked');
      expect(await stateOf(await add({ dependsOn: [dead] }))).toBe('blocked');

      for (const id of [dead, cancelled]) {
        expect(await tasks.retry(id)).toBe(true);
        expect(await stateOf(waiting)).toBe('blocked');
        await tasks.complete(await claim(id), 'ok');
      }
      expect(await stateOf(waiting)).toBe('queued');
    });

    test('a task that was cancelled while it waited waits again when it is retried', async () => {
      const first = await add();
      const waiting = await add({ dependsOn: [first] });
      expect(await tasks.cancel(waiting)).toBe('cancelled');
      expect(await tasks.retry(waiting)).toBe(true);
      expect(await stateOf(waiting)).toBe('blocked');
      await tasks.complete(await claim(first), 'ok');
      expect(await stateOf(waiting)).toBe('queued');
    });

    test('a task that was cancelled is not queued by what it depended on', async () => {
      const first = await add();
      const waiting = await add({ dependsOn: [first] });
      await tasks.cancel(waiting);
      await tasks.complete(await claim(first), 'ok');
      expect(await stateOf(waiting)).toBe('cancelled');
    });
  });

  describe('show, list and counts', () => {
    test('how a task stands is told without its text', async () => {
      const held = await begin();
      const { conversation } = CONFIRMED;
      expect(await tasks.brief(held.id)).toEqual({ state: 'running', attempts: 1, conversation });
      expect(await tasks.brief('t_nobody')).toBeNull();
    });

    test('of a task that is not there nothing is shown', async () => {
      expect(await tasks.show('t_nobody')).toBeNull();
      expect(await tasks.textOf('t_nobody')).toBeNull();
    });

    test('a list is oldest first, and holds the newest when there are more', async () => {
      const ids = [await add(), await add({ priority: 'critical' }), await add()];
      const idsOf = async (limit: number) =>
        (await tasks.list({ states: null, limit })).map(({ id }) => id);
      expect(await idsOf(10)).toEqual(ids);
      expect(await idsOf(2)).toEqual(ids.slice(1));
    });

    test('a list holds the states that were asked for', async () => {
      const [queued, cancelled] = [await add(), await add()];
      await tasks.cancel(cancelled);
      const running = await begin();
      const idsOf = async (states: Parameters<TaskBook['list']>[0]['states']) =>
        (await tasks.list({ states, limit: 10 })).map(({ id }) => id);
      expect(await idsOf(['queued', 'running'])).toEqual([queued, running.id]);
      expect(await idsOf(['cancelled'])).toEqual([cancelled]);
      expect(await idsOf(['dead'])).toEqual([]);
      expect(await idsOf([])).toEqual([]);
    });

    test('every state is counted, also those that no task is in', async () => {
      const none = { queued: 0, blocked: 0, running: 0, done: 0, dead: 0, cancelled: 0 };
      expect(await tasks.counts()).toEqual(none);
      const queued = await add();
      await add({ dependsOn: [queued] });
      await begin();
      await tasks.complete(await begin({}, 'pool-1'), 'ok');
      await tasks.fail(await begin({}, 'pool-2'), { ...FAILED, retryable: false });
      await tasks.cancel(await add());
      await add();
      expect(await tasks.counts()).toEqual({
        queued: 2,
        blocked: 1,
        running: 1,
        done: 1,
        dead: 1,
        cancelled: 1,
      });
    });
  });

  describe('cancel and retry', () => {
    test('a waiting task is cancelled at once, and is not started any more', async () => {
      const id = await add();
      expect(await tasks.cancel(id)).toBe('cancelled');
      expect(await tasks.show(id)).toMatchObject({
        state: 'cancelled',
        cancelRequested: false,
        endedAt: expect.any(Number),
      });
      expect(await readyIds()).toEqual([]);
      expect(await tasks.claim(id, 'pool-0')).toBeNull();
      expect(await tasks.cancel(id)).toBe('already');
    });

    test('a running task is only marked: it ends when its agent has let go of it', async () => {
      const held = await begin();
      expect(await tasks.finishCancel(held)).toBe(false);
      expect(await (await place.book()).cancel(held.id)).toBe('requested');
      expect(await tasks.cancel(held.id)).toBe('already');
      expect(await tasks.show(held.id)).toMatchObject({ state: 'running', cancelRequested: true });

      expect(await tasks.finishCancel(held)).toBe(true);
      expect(await tasks.finishCancel(held)).toBe(false);
      expect(await tasks.show(held.id)).toMatchObject({
        state: 'cancelled',
        endedAt: expect.any(Number),
      });
      expect(await tasks.held()).toEqual(new Map());
    });

    test.each([
      ['failed', (held: HeldTask) => tasks.fail(held, FAILED)],
      ['died', (held: HeldTask) => tasks.fail(held, { ...FAILED, retryable: false })],
      ['was given back', (held: HeldTask) => tasks.release(held, RETURNED)],
      ['was not delivered', (held: HeldTask) => tasks.release(held, UNDELIVERED)],
    ])('a running task that %s after its end was asked for is cancelled', async (_how, end) => {
      const held = await begin();
      await tasks.cancel(held.id);
      expect(await end(held)).toBe('cancelled');
      expect(await stateOf(held.id)).toBe('cancelled');
    });

    test('a running task that was done before its end came is done', async () => {
      const held = await begin();
      await tasks.cancel(held.id);
      expect(await tasks.complete(held, 'ok')).toBe(true);
      expect(await stateOf(held.id)).toBe('done');
      expect(await tasks.cancel(held.id)).toBe('already');
    });

    test('a task that is not there can neither be cancelled nor retried', async () => {
      const refusal = { code: 'NOT_FOUND', message: expect.stringContaining('t_nobody') };
      await expect(tasks.cancel('t_nobody')).rejects.toMatchObject(refusal);
      await expect(tasks.retry('t_nobody')).rejects.toMatchObject(refusal);
    });

    test('a dead task is queued again with a clean count, in its conversation', async () => {
      const { tasks: strict } = await place.daemon({ limits: { maxAttempts: 1 } });
      const id = (await strict.add(newTask())).id;
      const held = await strict.claim(id, 'pool-0');
      if (held === null) throw new Error('not claimed');
      await strict.confirm(held, CONFIRMED);
      expect(await strict.fail(held, FAILED)).toBe('dead');

      expect(await strict.retry(id)).toBe(true);
      expect(await strict.show(id)).toMatchObject({
        state: 'queued',
        attempts: 0,
        endedAt: null,
        conversation: CONVERSATION,
        error: FAILED.error,
      });
      const again = await strict.claim(id, 'pool-1');
      expect(again).toMatchObject({ attempts: 0, conversation: CONVERSATION, confirmed: false });
      expect(again?.fence).toBeGreaterThan(held.fence);
    });

    test('a cancelled task that is retried is not asked to end any more', async () => {
      const held = await begin();
      await tasks.cancel(held.id);
      await tasks.finishCancel(held);
      expect(await tasks.retry(held.id)).toBe(true);
      await claim(held.id);
      expect(await tasks.show(held.id)).toMatchObject({ cancelRequested: false, endedAt: null });
      expect(await tasks.renew(['pool-0'])).toEqual([]);
    });

    test('a task that waits for its time starts at once when it is retried', async () => {
      const id = await add({ notBefore: 4_102_444_800_000 });
      expect(await readyIds()).toEqual([]);
      expect(await tasks.retry(id)).toBe(true);
      expect(await readyIds()).toEqual([id]);
      expect(await tasks.nextDueAt()).toBeNull();
      expect(await tasks.show(id)).toMatchObject({ notBefore: null });
      expect(await tasks.retry(id)).toBe(false);
    });

    test('there is nothing to retry in a task that is queued, blocked, running or done', async () => {
      const queued = await add();
      const blocked = await add({ dependsOn: [queued], notBefore: 4_102_444_800_000 });
      const running = await begin();
      const done = await begin({}, 'pool-1');
      await tasks.complete(done, 'ok');
      for (const id of [queued, blocked, running.id, done.id]) {
        const before = await tasks.show(id);
        expect(await tasks.retry(id)).toBe(false);
        expect(await tasks.show(id)).toEqual(before);
      }
    });
  });
}

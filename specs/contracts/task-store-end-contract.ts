import { describe, expect, test } from '@jest/globals';
import type { Lease, TaskStore } from '../../machines/tasks.ts';
import { freshTasks } from '../harness/fresh-tasks.ts';
import {
  ALL,
  AT_ONCE,
  CONFIRMED,
  CONVERSATION,
  FAILED,
  HOUR_MS,
  newTask,
  RETURNED,
  UNDELIVERED,
} from '../harness/new-task.ts';
import { handsOn, type TaskPlace } from '../harness/task-store.ts';
import { until } from '../harness/until.ts';

/** What becomes of a task, what is remembered of it, and who may write. */
export function taskEndContract(makePlace: () => TaskPlace): void {
  const { place, tasks, add, claim, begin, historyOf, eventsOf } = freshTasks(makePlace);

  describe('the end of a task', () => {
    test('a completed one is done, with what the agent said last', async () => {
      const held = await begin();
      await tasks.fail(held, FAILED);
      const again = await claim(held.id);
      expect(await tasks.complete(again, 'all is well')).toBe(true);
      expect(await tasks.show(held.id)).toMatchObject({
        state: 'done',
        result: 'all is well',
        error: null,
        session: 'pool-0',
        conversation: CONVERSATION,
        endedAt: expect.any(Number),
      });
      expect(await tasks.held()).toEqual(new Map());
      expect(await tasks.complete(again, 'twice')).toBe(false);
      expect((await tasks.show(held.id))?.result).toBe('all is well');
    });

    test.each([
      ['x', 64 * 1024 - 3],
      ['🧵', 64 * 1024 - 4],
    ])(
      'of a long result of %s the beginning is kept, and no character is cut',
      async (letter, bytes) => {
        const held = await begin();
        await tasks.complete(held, letter.repeat(100_000));
        const result = (await tasks.show(held.id))?.result ?? '';
        expect(result.endsWith('…')).toBe(true);
        expect(result.slice(0, -1)).toBe(
          letter.repeat(Math.floor(bytes / Buffer.byteLength(letter))),
        );
      },
    );

    test('a result of exactly 64 KiB is kept whole', async () => {
      const held = await begin();
      const result = 'é'.repeat(32 * 1024);
      await tasks.complete(held, result);
      expect((await tasks.show(held.id))?.result).toBe(result);
    });

    test('a failed one is queued again, until its attempts are used up', async () => {
      const id = await add();
      for (const [attempt, state] of [
        [1, 'queued'],
        [2, 'queued'],
        [3, 'dead'],
      ] as const) {
        const held = await claim(id);
        await tasks.confirm(held, CONFIRMED);
        expect(await tasks.fail(held, { ...FAILED, error: `error ${attempt}` })).toBe(state);
        expect(await tasks.show(id)).toMatchObject({
          state,
          attempts: attempt,
          error: `error ${attempt}`,
          endedAt: state === 'dead' ? expect.any(Number) : null,
        });
      }
      expect(await tasks.claim(id, 'pool-0')).toBeNull();
    });

    test('one that cannot be retried is dead at once', async () => {
      const held = await begin();
      expect(await tasks.fail(held, { ...FAILED, retryable: false })).toBe('dead');
      expect(await tasks.show(held.id)).toMatchObject({ state: 'dead', error: FAILED.error });
    });

    test.each([
      ['failed', (store: TaskStore, held: Lease) => store.fail(held, FAILED), 1],
      ['was given back', (store: TaskStore, held: Lease) => store.release(held, RETURNED), 0],
    ])(
      'one that %s waits for the back-off, and a retry ends the wait',
      async (_how, end, attempts) => {
        const { tasks: patient } = await place.daemon({ limits: { retryBackoffMs: HOUR_MS } });
        const held = await handsOn(() => patient).begin();
        expect(await end(patient, held)).toBe('queued');
        expect(await patient.ready(10)).toEqual([]);
        expect(await patient.claim(held.id, 'pool-0')).toBeNull();
        expect(await patient.nextDueAt()).toEqual(expect.any(Number));

        expect(await patient.retry(held.id)).toBe(true);
        expect(await patient.claim(held.id, 'pool-0')).toMatchObject({ attempts });
      },
    );

    test('one that was given back goes on in its conversation, and no attempt is used up', async () => {
      const id = await add();
      for (let n = 0; n < 5; n++) {
        const held = await claim(id);
        await tasks.confirm(held, CONFIRMED);
        expect(await tasks.release(held, RETURNED)).toBe('queued');
        expect(await tasks.show(id)).toMatchObject({
          state: 'queued',
          attempts: 0,
          error: null,
          conversation: CONVERSATION,
        });
      }
    });

    /** Given to the session until its time has come, and given back. */
    const undelivered = async (id: string, times: number) => {
      const outcomes = [];
      for (let n = 0; n < times; n++) {
        outcomes.push(await tasks.release(await claim(id), UNDELIVERED));
        await tasks.retry(id);
      }
      return outcomes;
    };

    test('one that no client takes is dead after ten tries in a row, and says so', async () => {
      const id = await add();
      expect(await undelivered(id, 9)).toEqual(Array(9).fill('queued'));
      expect(await tasks.release(await claim(id), UNDELIVERED)).toBe('dead');
      expect(await tasks.show(id)).toMatchObject({
        state: 'dead',
        attempts: 0,
        error: expect.stringMatching(/delivered.*10 times.*nobody took it/),
      });
      expect(await tasks.retry(id)).toBe(true);
      expect(await undelivered(id, 1)).toEqual(['queued']);
    });

    test('tries that no client took count in a row only', async () => {
      const id = await add();
      await undelivered(id, 9);
      const held = await claim(id);
      await tasks.confirm(held, CONFIRMED);
      await tasks.release(held, RETURNED);
      expect(await undelivered(id, 9)).toEqual(Array(9).fill('queued'));
    });

    test('one that no client takes is not started again for a while', async () => {
      const id = await add();
      // The while grows with every try: to one that is long on a slow disk, too.
      await undelivered(id, 8);
      await tasks.release(await claim(id), UNDELIVERED);
      expect(await tasks.claim(id, 'pool-0')).toBeNull();
      expect(await tasks.nextDueAt()).toEqual(expect.any(Number));
    });

    test('whoever has lost the lease changes nothing', async () => {
      const id = await add();
      const old = await claim(id);
      await tasks.confirm(old, CONFIRMED);
      await tasks.fail(old, FAILED);
      const zombie = async () => [
        await tasks.confirm(old, { conversation: 'stolen', counts: true }),
        await tasks.complete(old, 'stolen'),
        await tasks.fail(old, { error: 'stolen', retryable: false }),
        await tasks.release(old, UNDELIVERED),
        await tasks.finishCancel(old),
        await tasks.reap(old),
      ];
      const refused = [false, false, null, null, false, null];
      const queued = await tasks.show(id);
      expect(await zombie()).toEqual(refused);
      expect(await tasks.show(id)).toEqual(queued);

      const held = await claim(id, 'pool-1');
      await tasks.cancel(id);
      const running = await tasks.show(id);
      expect(await zombie()).toEqual(refused);
      expect(await tasks.show(id)).toEqual(running);

      await tasks.complete(held, 'ok');
      const done = await tasks.show(id);
      expect(await zombie()).toEqual(refused);
      expect(await tasks.show(id)).toEqual(done);
    });
  });

  describe('prune', () => {
    const forget = (store: TaskStore, what: string) =>
      until(() => store.prune(), { withinMs: 5_000, what });

    test('tasks that ended long enough ago are forgotten, all others are kept', async () => {
      const { tasks: brief } = await place.daemon({ limits: AT_ONCE });
      const { id: dead } = await brief.add(newTask({ key: 'a' }));
      const held = await handsOn(() => brief).claim(dead, 'pool-0');
      await brief.fail(held, { ...FAILED, retryable: false });
      const { id: queued } = await brief.add(newTask());
      const { id: running } = await brief.add(newTask());
      await brief.claim(running, 'pool-1');

      expect(await forget(brief, 'the dead one to be forgotten')).toBe(1);
      expect(await brief.show(dead)).toBeNull();
      expect(await brief.textOf(dead)).toBeNull();
      expect((await brief.list(ALL)).map(({ id }) => id)).toEqual([queued, running]);
      expect(await brief.prune()).toBe(0);
      expect((await brief.add(newTask({ key: 'a' }))).created).toBe(true);
    });

    test('tasks that ended within the retention are kept', async () => {
      await tasks.complete(await begin(), 'ok');
      expect(await tasks.prune()).toBe(0);
    });

    test('a task that one which has not ended depends on is kept, until that one has', async () => {
      const { tasks: brief } = await place.daemon({ limits: AT_ONCE });
      const { id: first } = await brief.add(newTask());
      const { id: second } = await brief.add(newTask({ dependsOn: [first] }));
      await brief.complete(await handsOn(() => brief).claim(first, 'pool-0'), 'ok');
      await brief.cancel((await brief.add(newTask())).id);
      expect(await forget(brief, 'another one to be forgotten')).toBe(1);
      expect((await brief.show(first))?.state).toBe('done');
      expect(await brief.prune()).toBe(0);

      await brief.complete(await handsOn(() => brief).claim(second, 'pool-0'), 'ok');
      await until(async () => (await brief.prune()) + (await brief.list(ALL)).length === 0, {
        withinMs: 5_000,
        what: 'both to be forgotten',
      });
    });
  });

  describe('history', () => {
    test('tells all that happened to a task, newest last', async () => {
      const id = await add();
      const first = await claim(id, 'pool-1');
      await tasks.release(first, RETURNED);
      const second = await claim(id, 'pool-2');
      await tasks.confirm(second, CONFIRMED);
      await tasks.fail(second, FAILED);
      const third = await claim(id, 'pool-3');
      await tasks.fail(third, { error: 'hopeless', retryable: false });
      await tasks.retry(id);
      const fourth = await claim(id, 'pool-4');
      await tasks.cancel(id);
      await tasks.finishCancel(fourth);
      await tasks.retry(id);
      await tasks.complete(await claim(id, 'pool-5'), 'ok');

      const history = await historyOf(id);
      expect(history.map(({ event, facts }) => [event, facts])).toEqual([
        ['accepted', {}],
        ['dispatched', { session: 'pool-1' }],
        ['requeued', { session: 'pool-1', attempt: 0, reason: RETURNED.reason }],
        ['dispatched', { session: 'pool-2' }],
        ['confirmed', { session: 'pool-2', attempt: 1, conversation: CONVERSATION }],
        ['requeued', { session: 'pool-2', attempt: 1, reason: FAILED.error }],
        ['dispatched', { session: 'pool-3' }],
        ['died', { session: 'pool-3', attempt: 1, reason: 'hopeless' }],
        ['retried', {}],
        ['dispatched', { session: 'pool-4' }],
        ['cancel_requested', { session: 'pool-4' }],
        ['cancelled', { session: 'pool-4', attempt: 0 }],
        ['retried', {}],
        ['dispatched', { session: 'pool-5' }],
        ['completed', { session: 'pool-5', attempt: 0 }],
      ]);
      const times = history.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    test('a cancelled task that never ran says so', async () => {
      const id = await add();
      await tasks.cancel(id);
      expect(await eventsOf(id)).toEqual(['accepted', 'cancelled']);
    });

    test('what changed nothing is not in it', async () => {
      const held = await begin();
      await tasks.confirm(held, CONFIRMED);
      await tasks.renew(['pool-0']);
      await tasks.retry(held.id);
      await tasks.claim(held.id, 'pool-1');
      expect(await eventsOf(held.id)).toEqual(['accepted', 'dispatched', 'confirmed']);
    });

    test('of a task that is given back for ever the newest part is kept', async () => {
      const [other, id] = [await add(), await add()];
      // Each of these six hundred commits waits for the disk.
      for (let n = 0; n < 300; n++) await tasks.release(await claim(id), RETURNED);
      const length = (await historyOf(id)).length;
      expect(length).toBeLessThanOrEqual(502);
      expect(length).toBeGreaterThanOrEqual(500);
      expect(await eventsOf(other)).toEqual(['accepted']);
    }, 120_000);
  });

  describe('who may write', () => {
    test('a daemon that a newer one has fenced off is refused every write, and may read', async () => {
      const queued = await add();
      const held = await begin();
      const { tasks: newer } = await place.daemon();
      const writes: readonly (() => Promise<unknown>)[] = [
        () => tasks.add(newTask()),
        () => tasks.cancel(queued),
        () => tasks.retry(queued),
        () => tasks.announce(),
        () => tasks.claim(queued, 'pool-1'),
        () => tasks.renew(['pool-0']),
        () => tasks.confirm(held, CONFIRMED),
        () => tasks.complete(held, 'ok'),
        () => tasks.fail(held, FAILED),
        () => tasks.release(held, RETURNED),
        () => tasks.finishCancel(held),
        () => tasks.reap(held),
        () => tasks.prune(),
      ];
      const before = await newer.list(ALL);
      for (const write of writes) {
        await expect(write()).rejects.toMatchObject({ code: 'CONFLICT' });
      }
      expect(await newer.list(ALL)).toEqual(before);
      expect(await tasks.list(ALL)).toEqual(before);
      expect(await newer.complete(held, 'ok')).toBe(true);
    });

    test('a newer daemon has the leases of the older one', async () => {
      const held = await begin();
      const { tasks: newer } = await place.daemon();
      expect((await newer.held()).get('pool-0')).toMatchObject({
        id: held.id,
        fence: held.fence,
        confirmed: true,
      });
    });

    test('who only reads sees all of it, and is refused every write', async () => {
      const id = await add();
      const reader = await place.book({ readOnly: true });
      expect(await reader.list(ALL)).toEqual(await tasks.list(ALL));
      expect(await reader.show(id)).toEqual(await tasks.show(id));
      expect(await reader.counts()).toMatchObject({ queued: 1 });
      for (const write of [
        () => reader.add(newTask()),
        () => reader.cancel(id),
        () => reader.retry(id),
      ]) {
        await expect(write()).rejects.toMatchObject({ code: 'STORE_FAILED' });
      }
      await tasks.cancel(id);
      expect(await reader.counts()).toMatchObject({ cancelled: 1 });
    });

    test('what was asked for before the store is closed is done, and what comes after is refused', async () => {
      const { facts, tasks: closing } = await place.daemon();
      const adding = closing.add(newTask());
      // The store is closed through its facts.
      await closing.close();
      expect(await facts.sessions()).toEqual([]);
      await facts.close();
      const { id } = await adding;
      await expect(closing.add(newTask())).rejects.toMatchObject({ code: 'STORE_FAILED' });
      await expect(closing.counts()).rejects.toMatchObject({ code: 'STORE_FAILED' });
      const book = await place.book();
      expect((await book.show(id))?.state).toBe('queued');
      await book.close();
      await expect(book.counts()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    });
  });
}

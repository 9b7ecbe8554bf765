import { describe, expect, test } from '@jest/globals';
import { sessionFacts } from '../harness/facts.ts';
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

/** What the dispatcher relies on: the queue, claims and leases. */
export function taskLeaseContract(makePlace: () => TaskPlace): void {
  const { place, tasks, add, give, claim, begin, stateOf, readyIds } = freshTasks(makePlace);

  describe('the queue', () => {
    test('new tasks are told once, oldest first, whoever has added them', async () => {
      expect(await tasks.announce()).toEqual([]);
      const ids = [await add(), (await (await place.book()).add(newTask())).id, await add()];
      const told = await tasks.announce();
      expect(told.map(({ id }) => id)).toEqual(ids);
      expect(told).toEqual(await tasks.list(ALL));
      expect(await tasks.announce()).toEqual([]);
      const { tasks: other } = await place.daemon({ scope: '/run/other.sock', fenceKey: 'other' });
      expect(await other.announce()).toEqual([]);
      const later = await add();
      expect((await other.announce()).map(({ id }) => id)).toEqual([later]);
    });

    test('the best task is ready first: by priority, then by age', async () => {
      const low = await add({ priority: 'low' });
      const [old, young] = [await add(), await add()];
      const critical = await add({ priority: 'critical' });
      const high = await add({ priority: 'high' });
      expect(await readyIds()).toEqual([critical, high, old, young, low]);
      expect(await tasks.ready(1)).toEqual([
        {
          ...{ id: critical, project: '/work/project', priority: 'critical', conversation: null },
          isAnnounced: false,
        },
      ]);
    });

    test('a task that is ready says whether it was told of', async () => {
      const old = await add();
      await tasks.announce();
      const young = await add();
      expect(await tasks.ready(2)).toMatchObject([
        { id: old, isAnnounced: true },
        { id: young, isAnnounced: false },
      ]);
    });

    test('a task is not ready before its time, and the next such time is told', async () => {
      const [later, sooner] = [4_102_444_800_999, 4_102_444_800_111];
      await add({ notBefore: later });
      const id = await add({ notBefore: sooner });
      await add({ notBefore: 1 });
      const blocker = await add();
      await add({ dependsOn: [blocker], notBefore: sooner - 1 });
      expect(await readyIds()).toHaveLength(2);
      expect(await tasks.nextDueAt()).toBe(sooner);
      expect(await tasks.claim(id, 'pool-0')).toBeNull();
      expect(await stateOf(id)).toBe('queued');
    });

    test('a task becomes ready by time alone', async () => {
      const now = (await tasks.show(await add()))?.createdAt ?? 0;
      const id = await add({ notBefore: now + 300, priority: 'critical' });
      await until(async () => (await readyIds())[0] === id, {
        withinMs: 10_000,
        what: 'its time to come',
      });
      expect(await tasks.nextDueAt()).toBeNull();
    });

    test('nothing is due when nothing waits for its time', async () => {
      await add();
      expect(await tasks.nextDueAt()).toBeNull();
    });
  });

  describe('claim', () => {
    test('a session gets the task, without its text', async () => {
      const id = await add();
      const held = await tasks.claim(id, 'pool-3');
      expect(held).toEqual({
        id,
        fence: expect.any(Number),
        project: '/work/project',
        conversation: null,
        attempts: 0,
        confirmed: false,
      });
      expect(await tasks.show(id)).toMatchObject({
        state: 'running',
        session: 'pool-3',
        attempts: 0,
        startedAt: null,
      });
      expect(await tasks.held()).toEqual(new Map([['pool-3', held]]));
      expect(await readyIds()).toEqual([]);
    });

    test('what is not startable is not given out', async () => {
      const done = await begin();
      await tasks.complete(done, 'ok');
      const running = await begin();
      for (const id of ['t_nobody', done.id, running.id]) {
        expect(await tasks.claim(id, 'pool-9')).toBeNull();
      }
    });

    test('a session holds one task at a time', async () => {
      const held = await begin();
      const next = await add();
      expect(await tasks.claim(next, 'pool-0')).toBeNull();
      await tasks.complete(held, 'ok');
      expect(await tasks.claim(next, 'pool-0')).toMatchObject({ id: next });
    });

    test('of many claims at once one gets the task', async () => {
      const id = await add();
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, n) => tasks.claim(id, `pool-${n}`)),
      );
      expect(claims.filter((held) => held !== null)).toHaveLength(1);
    });

    test('its fence grows with each claim', async () => {
      const id = await add();
      const fences: number[] = [];
      for (let n = 0; n < 5; n++) {
        const held = await claim(id);
        fences.push(held.fence);
        await tasks.release(held, RETURNED);
      }
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    });
  });

  describe('confirm', () => {
    test('the first one starts the task, in its conversation, and counts', async () => {
      const held = await give();
      expect(await tasks.confirm(held, CONFIRMED)).toBe(true);
      expect(await tasks.show(held.id)).toMatchObject({
        state: 'running',
        attempts: 1,
        conversation: CONVERSATION,
        startedAt: expect.any(Number),
      });
      expect((await tasks.held()).get('pool-0')).toEqual({
        ...held,
        attempts: 1,
        conversation: CONVERSATION,
        confirmed: true,
      });
    });

    test('twice is as if once', async () => {
      const held = await give();
      await tasks.confirm(held, CONFIRMED);
      const before = await tasks.show(held.id);
      expect(await tasks.confirm(held, { conversation: 'another', counts: true })).toBe(true);
      expect(await tasks.show(held.id)).toEqual(before);
    });

    test('one that does not count is no attempt', async () => {
      const held = await give();
      expect(await tasks.confirm(held, { ...CONFIRMED, counts: false })).toBe(true);
      expect(await tasks.show(held.id)).toMatchObject({ attempts: 0, conversation: CONVERSATION });
      expect((await tasks.held()).get('pool-0')).toMatchObject({ attempts: 0, confirmed: true });
    });

    test('the agent that replaces one which died takes the prompt anew: the next attempt', async () => {
      const { facts, tasks: again } = await place.daemon();
      const held = await handsOn(() => again).give();
      await again.add(newTask({ key: 'other' }));
      await again.confirm(held, CONFIRMED);
      await facts.noteIntent('pool-1', sessionFacts());
      expect((await again.held()).get('pool-0')).toMatchObject({ confirmed: true });

      await facts.noteIntent('pool-0', sessionFacts());
      expect((await again.held()).get('pool-0')).toMatchObject({ attempts: 1, confirmed: false });
      expect(await again.confirm(held, CONFIRMED)).toBe(true);
      expect(await again.confirm(held, CONFIRMED)).toBe(true);
      expect((await again.held()).get('pool-0')).toMatchObject({ attempts: 2, confirmed: true });
      expect((await again.show(held.id))?.history.map(({ event }) => event)).toEqual([
        'accepted',
        'dispatched',
        'confirmed',
        'confirmed',
      ]);
      // Only the delivery that is given back does not count.
      await again.release(held, RETURNED);
      expect(await again.show(held.id)).toMatchObject({ attempts: 1 });
    });

    test('an attempt that ended with its agent is used up, whatever becomes of the next delivery', async () => {
      const { facts, tasks: again } = await place.daemon();
      const held = await handsOn(() => again).begin();
      await facts.noteIntent('pool-0', sessionFacts());
      await again.release(held, UNDELIVERED);
      expect(await again.show(held.id)).toMatchObject({ state: 'queued', attempts: 1 });
    });

    test('a restart by an operator goes on with the attempt: given back after it, the task has none', async () => {
      const { facts, tasks: again } = await place.daemon();
      const held = await handsOn(() => again).begin();
      for (let restart = 0; restart < 2; restart++) {
        await facts.noteIntent('pool-0', sessionFacts());
        await again.confirm(held, { ...CONFIRMED, counts: false });
        expect(await again.show(held.id)).toMatchObject({ attempts: 1 });
      }
      await again.release(held, RETURNED);
      expect(await again.show(held.id)).toMatchObject({ attempts: 0 });
    });

    test('a delivery that never counted has nothing to go on with', async () => {
      const { facts, tasks: again } = await place.daemon();
      const held = await handsOn(() => again).begin();
      await again.fail(held, FAILED);
      const next = await handsOn(() => again).claim(held.id, 'pool-1');
      await facts.noteIntent('pool-1', sessionFacts());
      await again.confirm(next, { ...CONFIRMED, counts: false });
      await again.release(next, RETURNED);
      expect(await again.show(held.id)).toMatchObject({ attempts: 1 });
    });

    test('it begins once: later deliveries change neither its start nor take its conversation away', async () => {
      const first = await begin();
      const before = await tasks.show(first.id);
      await tasks.fail(first, FAILED);
      const second = await claim(first.id, 'pool-1');
      expect(second).toMatchObject({ conversation: CONVERSATION, attempts: 1, confirmed: false });
      await tasks.confirm(second, CONFIRMED);
      expect(await tasks.show(first.id)).toMatchObject({
        startedAt: before?.startedAt,
        attempts: 2,
        session: 'pool-1',
      });
    });
  });

  describe('leases', () => {
    test('renewing tells which tasks of these sessions are asked to end', async () => {
      const [one, two, three] = [
        await begin({}, 'pool-1'),
        await begin({}, 'pool-2'),
        await begin({}, 'pool-3'),
      ];
      expect(await tasks.renew(['pool-1', 'pool-2', 'pool-9'])).toEqual([]);
      for (const { id } of [two, three]) await tasks.cancel(id);
      const toEnd = { id: two.id, fence: two.fence };
      expect(await tasks.renew(['pool-1', 'pool-2'])).toEqual([toEnd]);
      expect(await tasks.renew(['pool-1', 'pool-2'])).toEqual([toEnd]);
      expect(await tasks.renew([])).toEqual([]);
      expect(await stateOf(one.id)).toBe('running');
    });

    test('a lease that ran out is still the session’s, until somebody reaps it', async () => {
      const { tasks: brief } = await place.daemon({ limits: AT_ONCE });
      const held = await handsOn(() => brief).give();
      expect((await brief.held()).get('pool-0')).toEqual(held);
      expect(await brief.ready(10)).toEqual([]);
      expect(await brief.confirm(held, CONFIRMED)).toBe(true);
      expect(await brief.complete(held, 'ok')).toBe(true);
    });

    test('orphans are leases that ran out, of sessions that are not the daemon’s', async () => {
      const { facts, tasks: brief } = await place.daemon({ limits: AT_ONCE });
      const agent = { pid: 4242, startTime: '123456' };
      await facts.saveSession(sessionFacts({ name: 'pool-8', agent, bootId: 'boot-1' }));
      const previous = { pid: 41, startTime: '98' };
      await facts.saveSession(
        sessionFacts({ name: 'pool-9', agent: null, previous, bootId: 'boot-2' }),
      );
      const { give: giveTo } = handsOn(() => brief);
      const held = [];
      for (const session of ['pool-0', 'pool-8', 'pool-9', 'nobody']) {
        held.push(await giveTo({}, session));
      }
      const here = { scope: '/run/tmux.sock', mark: sessionFacts().mark };
      const [, eight, nine, nobody] = held.map(({ id, fence }) => ({ id, fence }));
      expect(await brief.orphans(['pool-0'])).toEqual([
        { ...eight, ...here, session: 'pool-8', agent, bootId: 'boot-1' },
        { ...nine, ...here, session: 'pool-9', agent: previous, bootId: 'boot-2' },
        { ...nobody, ...here, session: 'nobody', mark: null, agent: null, bootId: '' },
      ]);
      expect(await brief.orphans([])).toHaveLength(4);
    });

    test('of a daemon that was killed while it started an agent neither agent nor boot is told', async () => {
      const { facts, tasks: brief } = await place.daemon({ limits: AT_ONCE });
      const agent = { pid: 4242, startTime: '123456' };
      await facts.saveSession(sessionFacts({ name: 'pool-8', agent, bootId: 'boot-1' }));
      await handsOn(() => brief).give({}, 'pool-8');
      await facts.noteIntent('pool-8', { ...sessionFacts(), mark: 'new' });
      expect(await brief.orphans([])).toMatchObject([{ agent: null, bootId: '', mark: 'new' }]);
    });

    test('a lease that was renewed is no orphan and cannot be reaped', async () => {
      const { tasks: brief } = await place.daemon({ limits: AT_ONCE, fenceKey: 'brief' });
      const held = await handsOn(() => brief).give({}, 'pool-8');
      expect(await brief.orphans([])).toHaveLength(1);
      await tasks.renew(['pool-8']);
      expect(await brief.orphans([])).toEqual([]);
      expect(await brief.reap(held)).toBeNull();
      expect(await stateOf(held.id)).toBe('running');
    });

    test('a reaped task is queued at once, in its conversation, and no attempt is used up', async () => {
      const limits = { ...AT_ONCE, retryBackoffMs: HOUR_MS };
      const { tasks: brief } = await place.daemon({ limits });
      const held = await handsOn(() => brief).give({}, 'pool-8');
      await brief.confirm(held, CONFIRMED);
      expect(await brief.reap({ ...held, fence: held.fence - 1 })).toBeNull();
      expect(await brief.reap(held)).toBe('queued');
      expect(await brief.reap(held)).toBeNull();
      expect(await brief.orphans([])).toEqual([]);
      expect(await brief.show(held.id)).toMatchObject({ state: 'queued', attempts: 0 });
      expect(await brief.claim(held.id, 'pool-0')).toMatchObject({ conversation: CONVERSATION });
    });

    test('a reaped task whose end was asked for is cancelled', async () => {
      const { tasks: brief } = await place.daemon({ limits: AT_ONCE });
      const held = await handsOn(() => brief).give({}, 'pool-8');
      await brief.cancel(held.id);
      expect(await brief.reap(held)).toBe('cancelled');
      expect((await brief.show(held.id))?.state).toBe('cancelled');
    });
  });

  describe('two tmux servers', () => {
    test('they share the queue, and each has its own sessions, also of the same names', async () => {
      const { tasks: theirs } = await place.daemon({ scope: '/run/other.sock', fenceKey: 'other' });
      const [one, two] = [await add(), await add()];
      const ours = await claim(one, 'pool-0');
      expect((await theirs.ready(10)).map(({ id }) => id)).toEqual([two]);
      const other = await theirs.claim(two, 'pool-0');
      expect(await tasks.held()).toEqual(new Map([['pool-0', ours]]));
      expect(await theirs.held()).toEqual(new Map([['pool-0', other]]));
      await tasks.cancel(two);
      expect(await tasks.renew(['pool-0'])).toEqual([]);
      expect(await theirs.renew(['pool-0'])).toEqual([{ id: two, fence: other?.fence }]);
    });

    test('a launch over there leaves what is confirmed here as it is', async () => {
      const { facts } = await place.daemon({ scope: '/run/other.sock', fenceKey: 'other' });
      await begin();
      await facts.noteIntent('pool-0', sessionFacts());
      expect((await tasks.held()).get('pool-0')).toMatchObject({ confirmed: true });
    });

    test('what a server that is gone has left is an orphan here, whatever its session is called', async () => {
      const { facts: ours, tasks } = await place.daemon();
      await ours.saveSession(sessionFacts({ name: 'pool-0', bootId: 'ours' }));
      const { facts, tasks: theirs } = await place.daemon({
        scope: '/run/other.sock',
        fenceKey: 'other',
        limits: AT_ONCE,
      });
      const agent = { pid: 77, startTime: '7' };
      await facts.saveSession(sessionFacts({ name: 'pool-0', agent, bootId: 'theirs' }));
      const held = await handsOn(() => theirs).give();
      expect(await theirs.orphans(['pool-0'])).toEqual([]);
      expect(await tasks.orphans(['pool-0'])).toEqual([
        {
          ...{ id: held.id, fence: held.fence, scope: '/run/other.sock', session: 'pool-0' },
          ...{ mark: sessionFacts().mark, agent, bootId: 'theirs' },
        },
      ]);
      expect(await tasks.reap(held)).toBe('queued');
    });
  });
}

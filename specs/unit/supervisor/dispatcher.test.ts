import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../config/errors.ts';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { HeldTask, TaskStore } from '../../../machines/tasks.ts';
import type { Candidate } from '../../../supervisor/dispatch.ts';
import { createDispatcher } from '../../../supervisor/dispatcher.ts';
import { createFakeTmux } from '../../harness/fake-tmux.ts';
import { openTasks } from '../../harness/open-tasks.ts';
import { settle } from '../../harness/test-session.ts';
import { agentLaunch } from '../../harness/tmux-world.ts';
import { until } from '../../harness/until.ts';

const FULL = new FailoverError('STORE_FAILED', 'the disk is full');

/** A dispatcher over a real store and a tmux in memory, for sessions that a test plays. */
async function startDispatching(...names: readonly string[]) {
  const store = await openTasks();
  const fake = createFakeTmux();
  for (const name of names) await fake.create(agentLaunch(name));
  const sessions = new Map(names.map((name) => [name, candidate(name)]));
  const given: (readonly [session: string, task: HeldTask])[] = [];
  const logged: LogEvent[] = [];
  const asked: (readonly string[])[] = [];
  const alarms: (number | null)[] = [];
  let passes = 0;
  let now = Date.now();
  const spoilt: { tasks: Partial<TaskStore>; beforeClaim: () => void } = {
    tasks: {},
    beforeClaim: () => {},
  };
  const dispatcher = createDispatcher({
    tasks: {
      announce: () => (spoilt.tasks.announce ?? store.tasks.announce)(),
      ready: store.tasks.ready,
      nextDueAt: store.tasks.nextDueAt,
      held: () => (spoilt.tasks.held ?? store.tasks.held)(),
      claim: async (id, session) => {
        spoilt.beforeClaim();
        return await (spoilt.tasks.claim ?? store.tasks.claim)(id, session);
      },
    },
    pool: {
      candidates: () => [...sessions.values()],
      isFree: (name) => sessions.get(name)?.isFree ?? false,
      give: (name, task) => {
        sessions.set(name, { ...candidate(name), isFree: false });
        given.push([name, task]);
      },
      placeOf: () => ({ index: 0, account: 'first' }),
      cancel: () => {},
      holders: () => [],
    },
    presence: async (some) => {
      asked.push(some);
      return await fake.presence(some);
    },
    tell: (entry) => void logged.push(entry),
    now: () => now,
    alarm: () => ({ set: (inMs) => void alarms.push(inMs) }),
    onPassed: () => {
      passes += 1;
    },
  });
  return {
    ...store,
    fake,
    sessions,
    dispatcher,
    given,
    logged,
    asked,
    alarms,
    spoilt,
    passes: () => passes,
    pass: (ms: number) => {
      now += ms;
    },
    free: (name: string) => sessions.set(name, candidate(name)),
    busy: (name: string) => sessions.set(name, { ...candidate(name), isFree: false }),
    /** Wakes it and waits until it has come to rest. */
    wake: async () => {
      const before = passes;
      const failures = logged.length;
      dispatcher.wake();
      await until(() => passes > before || logged.length > failures, {
        withinMs: 5000,
        what: 'a pass',
        everyMs: 1,
      });
      await settle();
    },
    events: () => logged.map(({ event }) => event),
    pairs: () => given.map(([session, { id }]) => [session, id]),
  };
}

function candidate(name: string): Candidate {
  return {
    name,
    kind: 'autonomous',
    isFree: true,
    isNearlyUsed: false,
    conversation: `of ${name}`,
    hasTranscript: false,
    workdir: '/work/project',
    since: 0,
  };
}

test('a task is told of, leased, logged and handed over', async () => {
  const t = await startDispatching('a');
  const id = await t.add({ key: 'nightly' });
  await t.wake();
  expect(t.given).toMatchObject([['a', { id, project: '/work/project', confirmed: false }]]);
  expect(t.logged).toEqual([
    {
      event: 'task.accepted',
      task: id,
      key: 'nightly',
      project: '/work/project',
      priority: 'default',
    },
    {
      event: 'task.dispatched',
      session: 'a',
      index: 0,
      account: 'first',
      task: id,
      project: '/work/project',
    },
  ]);
  expect((await t.tasks.held()).get('a')?.id).toBe(id);
});

test('a task that is added while new ones are told of is told of, too, before it is given out', async () => {
  const t = await startDispatching('a', 'b');
  await t.add();
  let passes = 0;
  t.spoilt.tasks.announce = async () => {
    const told = await t.tasks.announce();
    passes += 1;
    if (passes === 1) await t.add();
    return told;
  };
  await t.wake();
  expect(t.given).toHaveLength(2);
  expect(t.events()).toEqual([
    ...['task.accepted', 'task.accepted'],
    ...['task.dispatched', 'task.dispatched'],
  ]);
});

test('tmux is asked only when there are a task and a free session', async () => {
  const t = await startDispatching('a', 'b');
  await t.wake();
  t.busy('a');
  t.busy('b');
  await t.add();
  await t.wake();
  expect(t.asked).toEqual([]);
  t.free('b');
  await t.wake();
  expect(t.asked).toEqual([['b']]);
});

test('woken while it is at work, it looks once more, and gives nothing out twice', async () => {
  const t = await startDispatching('a', 'b');
  const first = await t.add();
  let second = '';
  t.spoilt.beforeClaim = () => {
    t.dispatcher.wake();
    t.dispatcher.wake();
  };
  await t.wake();
  second = await t.add();
  await t.wake();
  await until(() => t.given.length === 2, { withinMs: 5000, what: 'two', everyMs: 1 });
  expect(new Set(t.pairs().map(([, id]) => id))).toEqual(new Set([first, second]));
});

test('a task that somebody else takes in between makes room for the next', async () => {
  const t = await startDispatching('a');
  const first = await t.add();
  const second = await t.add();
  t.spoilt.tasks.claim = async (id, session) =>
    id === first ? null : await t.tasks.claim(id, session);
  await t.wake();
  expect(t.pairs()).toEqual([['a', second]]);
});

test('a session that dies while another one is given a task is given none', async () => {
  const t = await startDispatching('a', 'b');
  await t.add();
  const second = await t.add();
  let claims = 0;
  t.spoilt.beforeClaim = () => {
    claims += 1;
    t.busy('b');
  };
  await t.wake();
  expect(t.pairs()).toHaveLength(1);
  expect(claims).toBe(1);
  expect(await t.tasks.show(second)).toMatchObject({ state: 'queued' });
});

test('a claim whose answer was lost is found by the next pass, and handed over once', async () => {
  const t = await startDispatching('a');
  const id = await t.add();
  t.spoilt.tasks.claim = async (...args) => {
    await t.tasks.claim(...args);
    throw FULL;
  };
  await t.wake();
  expect(t.given).toEqual([]);
  t.spoilt.tasks = {};
  await t.wake();
  await t.wake();
  expect(t.pairs()).toEqual([['a', id]]);
  expect(t.events()).toEqual(['task.accepted', 'daemon.error', 'task.dispatched']);
});

test('a session that became free only after the store was asked is not taken for one with a lost lease', async () => {
  const t = await startDispatching('a', 'b');
  const id = await t.add();
  await t.wake();
  const [[holder = ''] = []] = t.given;
  t.spoilt.tasks.held = async () => {
    const held = await t.tasks.held();
    // It ends its turn, and what the store has just said of it is old.
    t.free(holder);
    return held;
  };
  await t.wake();
  expect(t.pairs()).toEqual([[holder, id]]);
});

test('a lost lease waits for the person who is at its session', async () => {
  const t = await startDispatching('a');
  const id = await t.add();
  await t.tasks.claim(id, 'a');
  const person = t.fake.attachPerson('a');
  await t.wake();
  expect(t.given).toEqual([]);
  person.detach();
  await t.wake();
  expect(t.pairs()).toEqual([['a', id]]);
});

test('a person who has just typed is waited for, and the session looked at again when their minute is over', async () => {
  const t = await startDispatching('a');
  await t.add();
  t.fake.attachPerson('a');
  await t.wake();
  expect(t.given).toEqual([]);
  const wait = t.alarms.at(-1) ?? 0;
  expect(wait).toBeGreaterThan(50_000);
  t.pass(wait);
  await t.wake();
  expect(t.given).toHaveLength(1);
});

test('it wakes by itself when a task becomes due', async () => {
  const t = await startDispatching('a');
  await t.add({ notBefore: Date.now() + 3_600_000 });
  await t.wake();
  expect(t.given).toEqual([]);
  const wait = t.alarms.at(-1) ?? 0;
  expect(wait).toBeGreaterThan(3_590_000);
  expect(wait).toBeLessThan(3_700_000);
});

test('with nothing to wait for no timer is set', async () => {
  const t = await startDispatching('a');
  await t.wake();
  expect(t.alarms).toEqual([null]);
});

test('what fails is said once until it succeeds, and nothing is lost by it', async () => {
  const t = await startDispatching('a');
  const id = await t.add();
  t.spoilt.tasks.announce = () => Promise.reject(FULL);
  await t.wake();
  t.dispatcher.wake();
  await settle();
  t.spoilt.tasks = {};
  await t.wake();
  expect(t.pairs()).toEqual([['a', id]]);
  expect(t.events()).toEqual(['daemon.error', 'task.accepted', 'task.dispatched']);
});

test('a tmux that hangs keeps tasks in the queue', async () => {
  const t = await startDispatching('a');
  const id = await t.add();
  t.fake.hang();
  await t.wake();
  expect(await t.tasks.show(id)).toMatchObject({ state: 'queued' });
  t.fake.resume();
  await t.wake();
  expect(t.pairs()).toEqual([['a', id]]);
});

test('after a stop nothing is leased, also not what was planned before', async () => {
  const t = await startDispatching('a', 'b');
  await t.add();
  const second = await t.add();
  let stopped = Promise.resolve();
  t.spoilt.beforeClaim = () => {
    stopped = t.dispatcher.stop();
  };
  t.dispatcher.wake();
  await until(() => t.given.length > 0, { withinMs: 5000, what: 'the first', everyMs: 1 });
  await stopped;
  t.free('a');
  t.dispatcher.wake();
  await settle();
  expect(t.given).toHaveLength(1);
  expect(await t.tasks.show(second)).toMatchObject({ state: 'queued' });
});

import { expect, test } from '@jest/globals';
import type { Daemon } from '../../../supervisor/daemon.ts';
import { createDaemonWorld } from '../../harness/daemon-world.ts';
import { settle } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const STOPPED = { kind: 'stopped', result: 'fixed', background: 0 } as const;

/** A pool whose agents come to their prompts at once, and a task that one of them was given. */
async function withTaskGiven() {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const daemon = await w.start();
  await w.logs('session.ready', 3);
  const id = await w.add({ project: w.project });
  daemon.nudge();
  const session = await w.holderOf(daemon, id);
  await until(() => w.prepared.some(({ prompt }) => prompt?.includes(id)), soon('its agent'));
  return { ...w, daemon, id, session };
}

const soon = (what: string) => ({ withinMs: 5000, what, everyMs: 1 });

const isDone = (queue: ReturnType<Daemon['status']>['queue']) => queue.done === 1;

test('a task that is added goes to a session, is taken and done; the status tells all the while', async () => {
  const w = await withTaskGiven();
  const { daemon, id, session } = w;
  await until(() => daemon.status().queue.running === 1, soon('a running task'));
  w.says(daemon, session, { kind: 'prompted', task: id });
  await w.logs('task.confirmed');
  w.says(daemon, session, STOPPED);
  await w.logs('task.completed');
  await until(() => isDone(daemon.status().queue), soon('a task that is done'));
  expect(await w.tasks.show(id)).toMatchObject({ state: 'done', attempts: 1, result: 'fixed' });
  expect(w.prepared.filter(({ prompt }) => prompt?.includes(id))).toHaveLength(1);
  const { history } = (await daemon.session(session)) ?? { history: [] };
  expect(history.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['task.dispatched', 'task.confirmed', 'task.completed']),
  );
  expect(w.signals.unread()).toEqual([]);
});

test('a task that a person wants ended is ended with its agent, as soon as the daemon is nudged', async () => {
  const { daemon, ...w } = await withTaskGiven();
  w.says(daemon, w.session, { kind: 'prompted', task: w.id });
  await w.logs('task.confirmed');
  await w.tasks.cancel(w.id);
  daemon.nudge();
  await w.logs('task.cancelled');
  expect(await w.tasks.show(w.id)).toMatchObject({ state: 'cancelled' });
  expect(w.calls).toContain('end');
});

test('what an agent said while no daemon ran is not done again, and is stored', async () => {
  const { daemon, ...w } = await withTaskGiven();
  const { conversation } = daemon.status().sessions.find(({ name }) => name === w.session) ?? {};
  await daemon.stop();
  const of = { session: w.session, at: 0, conversation: conversation ?? '' };
  w.signals.say({ ...of, kind: 'prompted', task: w.id });
  w.signals.say({ ...of, ...STOPPED });
  await w.start();
  await w.logs('task.completed');
  expect(await w.tasks.show(w.id)).toMatchObject({ state: 'done', attempts: 1 });
  await until(() => w.signals.unread().length === 0, soon('all signals dealt with'));
  expect(w.prepared.filter(({ prompt }) => prompt?.includes(w.id))).toHaveLength(1);
  expect([w.count('task.confirmed'), w.count('task.completed')]).toEqual([1, 1]);
});

test('a stop leaves the lease and the agent alone, and the next daemon takes both up', async () => {
  const { daemon, ...w } = await withTaskGiven();
  w.says(daemon, w.session, { kind: 'prompted', task: w.id });
  await w.logs('task.confirmed');
  const pidOf = (one: Daemon) => one.status().sessions.find(({ name }) => name === w.session)?.pid;
  const before = pidOf(daemon);
  await daemon.stop();
  expect((await w.tasks.held()).get(w.session)?.id).toBe(w.id);
  const next = await w.start();
  expect(await w.holderOf(next, w.id)).toBe(w.session);
  expect(pidOf(next)).toBe(before);
  w.says(next, w.session, STOPPED);
  await w.logs('task.completed');
  expect(await w.tasks.show(w.id)).toMatchObject({ state: 'done', attempts: 1 });
});

test('after a stop nothing is given out', async () => {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const daemon = await w.start();
  await w.logs('session.ready', 3);
  await daemon.stop();
  const id = await w.add({ project: w.project });
  daemon.nudge();
  // Long enough for a pass: the stores are in this process.
  for (let i = 0; i < 100; i++) await settle();
  expect(await w.tasks.show(id)).toMatchObject({ state: 'queued' });
});

test('the status answers while the store hangs', async () => {
  const w = await createDaemonWorld();
  const daemon = await w.start();
  await w.add();
  daemon.nudge();
  await until(() => daemon.status().queue.queued === 1, soon('a task in the queue'));
  const hanging = await createDaemonWorld();
  const { counts } = hanging.tasks;
  let asked = 0;
  hanging.spoilt.tasks.counts = () => {
    asked += 1;
    return asked === 1 ? counts() : new Promise(() => {});
  };
  const other = await hanging.start();
  other.nudge();
  await until(() => asked > 1, soon('a second question'));
  expect(other.status().queue).toMatchObject({ queued: 0 });
});

test('the usage that agents tell is that of their accounts, until the window ends', async () => {
  const w = await createDaemonWorld();
  const daemon = await w.start();
  const usageOf = () => daemon.status().accounts[0]?.usage;
  expect(usageOf()).toEqual({ fiveHour: null, sevenDay: null });
  const later = Date.parse('2030-01-01T00:00:00Z');
  const ended = { usedPercent: 5, resetsAt: 1000, toldAt: null };
  w.signals.tellUsage('pool-9', {
    fiveHour: { usedPercent: 62, resetsAt: later, toldAt: null },
    sevenDay: ended,
  });
  expect(usageOf()).toEqual({
    fiveHour: { usedPercent: 62, resetsAt: '2030-01-01T00:00:00.000Z', toldAt: null },
    sevenDay: null,
  });
  w.signals.tellUsage('pool-10', { fiveHour: null, sevenDay: null });
  expect(usageOf()?.fiveHour?.usedPercent).toBe(62);
});

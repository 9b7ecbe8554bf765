import { expect, test } from '@jest/globals';
import { slotsOf } from '../../../config/slots.ts';
import { createDaemonWorld } from '../../harness/daemon-world.ts';
import { testConfig } from '../../harness/test-config.ts';
import { until } from '../../harness/until.ts';

const LEFT = 'pool-11';
const retiring = slotsOf(testConfig()).filter(({ name }) => name === LEFT);

/** A daemon whose range has just lost its last session, in which a person is at work. */
async function shrunk() {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const first = await w.start();
  await w.logs('session.ready', 3);
  const pids = first.status().sessions.map(({ pid }) => pid);
  await first.stop();
  const person = w.fake.attachPerson(LEFT);
  person.type('half a line');
  const gone: string[] = [];
  const daemon = await w.start(
    {},
    { max: 2, retiring, onRetired: (session) => void gone.push(session) },
  );
  await w.logs('session.adopted', 3);
  return { ...w, daemon, pids, person, gone };
}

test('a session outside the range is shown with the reason, and does not count as usable', async () => {
  const { daemon, pids, gone } = await shrunk();
  const { sessions, pool } = daemon.status();
  expect(sessions.map(({ pid }) => pid)).toEqual(pids);
  expect(sessions.at(-1)).toMatchObject({ name: LEFT, reason: expect.stringContaining('range') });
  expect(sessions.slice(0, 2).map(({ reason }) => reason)).toEqual([null, null]);
  await until(() => daemon.status().pool.usable === 2, {
    withinMs: 5000,
    what: 'the two others to be usable',
    everyMs: 1,
  });
  expect(pool.max).toBe(2);
  expect(gone).toEqual([]);
});

test('it is shown with its history as the others are, and every verb for it is refused', async () => {
  const { daemon } = await shrunk();
  const detail = await daemon.session(LEFT);
  expect(detail).toMatchObject({
    name: LEFT,
    reason: expect.stringContaining('outside the range'),
  });
  expect(detail?.history.length).toBeGreaterThan(0);
  for (const verb of ['restart', 'reset', 'hold', 'release', 'adopt'] as const) {
    expect(await daemon.verb({ name: LEFT, verb, restart: false })).toMatchObject({
      ok: false,
      code: 'CONFLICT',
      message: expect.stringContaining(`${LEFT} is being retired`),
    });
  }
  const wish = { from: null, to: null, sessions: ['pool-9', LEFT], dryRun: false };
  expect(await daemon.failover(wish)).toMatchObject({ ok: false, code: 'CONFLICT' });
  expect(await daemon.verb({ name: 'pool-9', verb: 'hold', restart: false })).toMatchObject({
    ok: true,
  });
});

test('a session outside the range is given no task, however many wait', async () => {
  const w = await shrunk();
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push(await w.add({ project: w.project }));
  w.daemon.nudge();
  await w.logs('task.dispatched', 2);
  const holders = await Promise.all(ids.slice(0, 2).map((id) => w.holderOf(w.daemon, id)));
  expect(holders.toSorted()).toEqual(['pool-10', 'pool-9']);
  await until(() => w.daemon.status().queue.queued === 1, {
    withinMs: 5000,
    what: 'the third task to wait',
    everyMs: 1,
  });
  expect(w.count('task.dispatched')).toBe(2);
});

test('one that dies is not started again, and is gone', async () => {
  const w = await shrunk();
  await w.person.detach();
  const started = w.fake.launches.length;
  w.fake.endAgent(LEFT, { kind: 'signal', signal: 9 });
  await w.logs('session.retired');
  expect(w.gone).toEqual([LEFT]);
  expect(w.fake.launches).toHaveLength(started);
  expect(await w.fake.sessionNames()).not.toContain(LEFT);
  expect(w.daemon.status().sessions.map(({ name }) => name)).toEqual(['pool-9', 'pool-10']);
  expect(w.count('session.recreated')).toBe(0);
});

test('one that had ended before the daemon began gets no machine: it is only put away', async () => {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const first = await w.start();
  await w.logs('session.ready', 3);
  await first.stop();
  w.fake.endAgent(LEFT, { kind: 'exit', code: 0 });
  const daemon = await w.start({}, { max: 2, retiring });
  expect(daemon.status().sessions.map(({ name }) => name)).toEqual(['pool-9', 'pool-10']);
  await w.logs('session.retired');
  expect(await w.fake.sessionNames()).not.toContain(LEFT);
});

test('one that an operator holds is left alone, and says so, until it is released', async () => {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const first = await w.start();
  await w.logs('session.ready', 3);
  await first.verb({ name: LEFT, verb: 'hold', restart: false });
  await first.stop();
  const daemon = await w.start({}, { max: 2, retiring });
  await w.logs('session.held', 2);
  const held = daemon.status().sessions.at(-1);
  expect(held).toMatchObject({
    name: LEFT,
    substate: 'held',
    pid: expect.any(Number),
    reason: 'outside the range: it is ended once it is released',
  });
  expect(w.count('session.retired')).toBe(0);
  expect(await daemon.verb({ name: LEFT, verb: 'restart', restart: false })).toMatchObject({
    code: 'CONFLICT',
  });
  const released = await daemon.verb({ name: LEFT, verb: 'release', restart: false });
  expect(released).toEqual({ ok: true, changed: true });
  await w.logs('session.retired');
  expect(await w.fake.sessionNames()).not.toContain(LEFT);
});

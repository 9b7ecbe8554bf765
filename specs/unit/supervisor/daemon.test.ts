import { expect, test } from '@jest/globals';
import { sessionMachine } from '../../../machines/session/machine.ts';
import { createDaemonWorld, NAMES } from '../../harness/daemon-world.ts';
import { until } from '../../harness/until.ts';

const soon = (what: string) => ({ withinMs: 5000, what, everyMs: 1 });

test('it brings up every session of the range, lowest first', async () => {
  const w = await createDaemonWorld();
  const daemon = await w.start();
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  const report = daemon.status();
  expect(report.daemon).toMatchObject({ state: 'starting', pid: 42, version: '1' });
  expect(report.sessions.map(({ name }) => name)).toEqual(NAMES);
  expect(report.accounts.map(({ name, state }) => [name, state])).toEqual([
    ['first', 'available'],
    ['second', 'available'],
  ]);
  daemon.markReady();
  expect(daemon.status().daemon.state).toBe('ready');
});

test('nothing is created or adopted before tmux has told what is there', async () => {
  const w = await createDaemonWorld();
  w.fake.hang();
  w.spoilt.onSleep = () => {
    if (w.sleeps.length === 3) w.fake.resume();
  };
  await w.start();
  expect(w.sleeps).toEqual([1000, 1000, 1000]);
  expect(w.logged.slice(0, 3)).toMatchObject(Array(3).fill({ event: 'daemon.error' }));
  await until(() => w.count('session.created') === 3, soon('three sessions'));
});

test('a stop leaves every agent running, and the next daemon adopts them all', async () => {
  const w = await createDaemonWorld();
  const first = await w.start();
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  const before = first.status().sessions.map(({ pid, conversation }) => [pid, conversation]);
  await first.stop();
  expect(first.status().daemon.state).toBe('stopping');
  const second = await w.start();
  await until(() => w.count('session.adopted') === 3, soon('three adoptions'));
  expect(second.status().sessions.map(({ pid, conversation }) => [pid, conversation])).toEqual(
    before,
  );
  expect(w.fake.launches).toHaveLength(3);
});

test('a session is shown with its history; one of another name is not', async () => {
  const w = await createDaemonWorld();
  const daemon = await w.start();
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  await daemon.verb({ name: 'pool-10', verb: 'hold', restart: false });
  expect(await daemon.session('pool-10')).toMatchObject({
    name: 'pool-10',
    substate: 'held',
    history: [{ event: 'session.created' }, { event: 'session.held' }],
  });
  expect(await daemon.session('pool-12')).toBeNull();
});

test('`session adopt` of a session whose client is in the conversation of another one is refused, and says whose it is', async () => {
  const w = await createDaemonWorld();
  w.fake.addOperatorSession('pool-10');
  const theirs = await w.fake.activePane('pool-10');
  const daemon = await w.start();
  await until(() => w.count('session.created') === 2, soon('the other two sessions'));
  const [owner] = daemon.status().sessions;
  const conversation = owner?.conversation ?? '';
  const says = {
    conversation,
    status: 'idle',
    waitingFor: null,
    account: 'first',
    cwd: null,
  } as const;
  w.statuses.set(theirs.agent.pid, { agent: theirs.agent, ...says });
  const adopt = { name: 'pool-10', verb: 'adopt', restart: false } as const;
  expect(await daemon.verb(adopt)).toMatchObject({
    ...{ ok: false, code: 'CONFLICT' },
    message: expect.stringContaining(`which is that of ${owner?.name}`),
  });
  expect(w.fake.processes.isAlive(theirs.agent)).toBe(true);
  expect(daemon.status().sessions[1]).toMatchObject({ substate: 'blocked' });
});

test('a machine that breaks is said, and its slot filled again after a pause, with its agent adopted', async () => {
  const w = await createDaemonWorld();
  let isBroken = true;
  const buggy = sessionMachine.provide({
    actions: {
      hold: () => {
        if (isBroken) throw new Error('a bug');
      },
    },
  });
  const daemon = await w.start({ session: buggy });
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  const pid = daemon.status().sessions[1]?.pid;
  await daemon.verb({ name: 'pool-10', verb: 'hold', restart: false });
  isBroken = false;
  await until(() => w.count('session.adopted') === 1, soon('its adoption'));
  expect(w.sleeps).toEqual([1000]);
  expect(w.logged).toContainEqual(
    expect.objectContaining({ event: 'daemon.error', error: new Error('a bug') }),
  );
  expect(daemon.status().sessions.map(({ name }) => name)).toEqual(NAMES);
  expect(daemon.status().sessions[1]?.pid).toBe(pid);
});

test('a store that fails just as a machine breaks leaves no slot empty: it is filled once it answers, and that it failed is said once', async () => {
  const w = await createDaemonWorld();
  let failures = 0;
  w.spoilt.tasks = {
    held: async () => {
      if (failures === 0) return await w.tasks.held();
      failures -= 1;
      throw new Error('the disk is full');
    },
  };
  let isBroken = true;
  const buggy = sessionMachine.provide({
    actions: {
      hold: () => {
        if (isBroken) throw new Error('a bug');
      },
    },
  });
  const daemon = await w.start({ session: buggy });
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  w.spoilt.onSleep = () => {
    if (w.sleeps.length === 1) failures = 3;
  };
  await daemon.verb({ name: 'pool-10', verb: 'hold', restart: false });
  isBroken = false;
  await until(() => w.count('session.adopted') === 1, soon('its adoption'));
  expect(w.sleeps).toEqual([1000, 2000, 4000, 8000]);
  const said = w.logged.filter((entry) => 'reason' in entry && /spawning/.test(`${entry.reason}`));
  expect(said).toMatchObject([{ reason: expect.stringContaining('pool-10 again failed') }]);
  expect(daemon.status().sessions.map(({ name }) => name)).toEqual(NAMES);
});

test('it says that names are suspicious before it makes the first session of its own', async () => {
  const w = await createDaemonWorld();
  w.fake.addOperatorSession('pool9');
  await w.start();
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  expect(w.logged[0]).toEqual({
    event: 'daemon.suspicious_names',
    prefix: 'pool-',
    startIndex: 9,
    similar: ['pool9'],
  });
});

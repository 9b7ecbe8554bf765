import { expect, test } from '@jest/globals';
import { SimulatedClock } from 'xstate';
import type { LogEvent } from '../../../machines/log-events.ts';
import { sessionMachine } from '../../../machines/session/machine.ts';
import { startDaemon } from '../../../supervisor/daemon.ts';
import { rootOver } from '../../harness/root-over.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { testConfig } from '../../harness/test-config.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';
import { chanceOf } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const NAMES = ['pool-9', 'pool-10', 'pool-11'];
const soon = (what: string) => ({ withinMs: 5000, what, everyMs: 1 });

/** The world of a daemon: ports in memory that outlive it. */
function createWorld() {
  const launch = createTestLaunch();
  const config = testConfig();
  const { autonomous } = config.pool;
  const chance = chanceOf(new SimulatedClock());
  const logged: LogEvent[] = [];
  const sleeps: number[] = [];
  const world = {
    ...launch,
    logged,
    sleeps,
    /** What happens while the daemon sleeps. */
    onSleep: () => {},
    start: async (session = sessionMachine) => {
      const daemon = await startDaemon({
        config: {
          ...config,
          pool: { dedicated: [], autonomous: { ...autonomous, workdir: tempDir() } },
        },
        version: '1',
        pid: 42,
        tmux: launch.parts.tmux,
        agent: launch.parts.agent,
        // A daemon closes its store; the next one here opens the same again.
        store: { ...launch.store, close: async () => {} },
        chance,
        sleep: async (ms) => {
          sleeps.push(ms);
          world.onSleep();
        },
        log: (entry) => void logged.push(entry),
        machine: rootOver(launch.parts, NAMES, { session }),
        inspect: () => {},
        signal: new AbortController().signal,
        quarantined: new Set(['second']),
      });
      atEnd(() => daemon.stop());
      return daemon;
    },
    count: (event: LogEvent['event']) => logged.filter((one) => one.event === event).length,
  };
  return world;
}

test('it brings up every session of the range, lowest first', async () => {
  const w = createWorld();
  const daemon = await w.start();
  await until(() => w.count('session.created') === 3, soon('three sessions'));
  const report = daemon.status();
  expect(report.daemon).toMatchObject({ state: 'starting', pid: 42, version: '1' });
  expect(report.sessions.map(({ name }) => name)).toEqual(NAMES);
  expect(report.accounts.map(({ name, state }) => [name, state])).toEqual([
    ['first', 'available'],
    ['second', 'quarantined'],
  ]);
  daemon.markReady();
  expect(daemon.status().daemon.state).toBe('ready');
});

test('nothing is created or adopted before tmux has told what is there', async () => {
  const w = createWorld();
  w.fake.hang();
  w.onSleep = () => {
    if (w.sleeps.length === 3) w.fake.resume();
  };
  await w.start();
  expect(w.sleeps).toEqual([1000, 1000, 1000]);
  expect(w.logged.slice(0, 3)).toMatchObject(Array(3).fill({ event: 'daemon.error' }));
  await until(() => w.count('session.created') === 3, soon('three sessions'));
});

test('a stop leaves every agent running, and the next daemon adopts them all', async () => {
  const w = createWorld();
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
  const w = createWorld();
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

test('a machine that breaks is said, and its slot filled again after a pause, with its agent adopted', async () => {
  const w = createWorld();
  let isBroken = true;
  const buggy = sessionMachine.provide({
    actions: {
      hold: () => {
        if (isBroken) throw new Error('a bug');
      },
    },
  });
  const daemon = await w.start(buggy);
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

test('it says that names are suspicious before it makes the first session of its own', async () => {
  const w = createWorld();
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

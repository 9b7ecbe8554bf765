/**
 * What makes an agent the one that we know: the server that it runs on, its pane, its pid and start time, and its
 * conversation. What becomes of a pool whose next daemon finds one of these to be another.
 */
import { randomUUID } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import type { SessionReport } from '../../supervisor/status-report.ts';
import { compiledFixture } from '../harness/compiled.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { readProcess } from '../harness/process-tree.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const NAME = 'ccl-auto-11';
const PANE = `=${NAME}:`;

interface World {
  readonly pool: TestPool;
  readonly before: readonly SessionReport[];
}

/** A pool whose daemon was killed after all were at their prompts. */
async function withoutDaemon(): Promise<World> {
  const pool = makeTestPool({ max: 2, config: { restart: { backoff_initial: '10ms' } } });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  run.child.kill('SIGKILL');
  await run.exited;
  return { pool, before };
}

const crashesIn = ({ log }: DaemonRun) => log.filter(({ event }) => event === 'session.crashed');

function panePid(pool: TestPool): number {
  return Number(pool.tmux('display-message', '-p', '-t', PANE, '#{pane_pid}'));
}

/** The terminal is taken from the agent of before, which runs its last hooks beside the next one. */
async function untilEnded({ pool, before }: World): Promise<void> {
  const pid = before[0]?.pid ?? -1;
  await until(() => panePid(pool) !== pid && readProcess(pid) === null, {
    withinMs: 5000,
    what: 'the agent of before to be replaced',
  });
}

test('nothing is another: every agent is adopted as it is', async () => {
  const { pool, before } = await withoutDaemon();
  const run = await pool.start();
  expect((await pool.allAre('idle.ready')).map(known)).toEqual(before.map(known));
  expect(crashesIn(run)).toEqual([]);
});

test('another process in the same pane and conversation: it is adopted, and nothing is started beside it', async () => {
  const world = await withoutDaemon();
  const { pool, before } = world;
  pool.tmux('respawn-pane', '-k', '-t', PANE);
  await untilEnded(world);
  const run = await pool.start();
  const [found] = await pool.allAre('idle.ready');
  expect(found).toMatchObject({ pid: panePid(pool), conversation: before[0]?.conversation });
  expect(agentBySession(pool.dir)[NAME]).toBe(found?.pid);
  expect(run.log.filter(({ event }) => event === 'session.created')).toEqual([]);
});

test('another conversation in the same pane: it is adopted with that one, which goes on after a crash', async () => {
  const world = await withoutDaemon();
  const { pool, before } = world;
  const conversation = randomUUID();
  const account = before[0]?.account;
  const home = pool.config.accounts.find(({ name }) => name === account)?.home ?? '';
  const client = [process.execPath, compiledFixture('demo-agent/main')];
  const place = ['-c', pool.config.pool.autonomous.workdir, '-e', `CLAUDE_CONFIG_DIR=${home}`];
  const words = [...client, '--session-id', conversation, 'say something'];
  pool.tmux('respawn-pane', '-k', '-t', PANE, ...place, ...words);
  await untilEnded(world);
  await pool.start();
  const found = await until(
    async () => {
      const session = await pool.sessionIs(NAME, 'idle.ready');
      return session.conversation === conversation ? session : null;
    },
    { withinMs: 20_000, what: 'the conversation to be known' },
  );
  expect(found.pid).toBe(panePid(pool));
  sendSignal(found.pid);
  const back = await until(
    async () => {
      const session = await pool.sessionIs(NAME, 'idle.ready');
      return session.pid === found.pid ? null : session;
    },
    { withinMs: 20_000, what: 'the next agent' },
  );
  expect(back.conversation).toBe(conversation);
});

test('another pane: the agent that an operator broke out into a window of the session is adopted there', async () => {
  const { pool, before } = await withoutDaemon();
  pool.tmux('split-window', '-d', '-t', PANE, 'cat', '-');
  const pane = pool.tmux('list-panes', '-t', PANE, '-F', '#{pane_id}').split('\n')[0] ?? '';
  pool.tmux('break-pane', '-d', '-s', pane, '-t', PANE);
  const run = await pool.start();
  expect((await pool.allAre('idle.ready')).map(known)).toEqual(before.map(known));
  expect(crashesIn(run)).toEqual([]);
});

test('another session: what an operator moved into one of their own is left living there, and its place is filled', async () => {
  const { pool, before } = await withoutDaemon();
  pool.tmux('new-session', '-d', '-s', 'mine', 'cat', '-');
  pool.tmux('join-pane', '-d', '-s', PANE, '-t', '=mine:');
  const run = await pool.start();
  const [next] = await pool.allAre('idle.ready');
  expect(next?.conversation).not.toBe(before[0]?.conversation);
  expect(pool.tmux('list-panes', '-s', '-t', '=mine:', '-F', '#{pane_pid}').split('\n')).toContain(
    String(before[0]?.pid),
  );
  expect(crashesIn(run)).toEqual([]);
});

function known({ name, pid, conversation, account, restarts }: SessionReport) {
  return { name, pid, conversation, account, restarts };
}

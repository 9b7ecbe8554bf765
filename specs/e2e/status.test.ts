import { expect, jest, test } from '@jest/globals';
import { agentBySession } from '../harness/pool-agents.ts';
import { runCli } from '../harness/run-cli.ts';
import { atEnd } from '../harness/scope.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);

async function statusJson(pool: TestPool) {
  const { code, stdout, stderr } = await runCli(['status', '--json', '--config', pool.file], {
    env: pool.env,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('status --json has every key of its contract and no other, absent values as null', async () => {
  const pool = makeTestPool({
    config: {
      pool: {
        autonomous: { prefix: 'ccl-auto-', start_index: 11, max: 2, workdir: 'work' },
        dedicated: [{ name: 'ccl-1-conform', project: 'work', account: 'compte2' }],
      },
    },
  });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const before = agentBySession(pool.dir);
  sendSignal(before['ccl-auto-11']);
  await run.logged('session.recreated', { session: 'ccl-auto-11' });
  await pool.sessionIs('ccl-auto-11', 'idle.ready');
  pool.tmux('send-keys', '-t', '=ccl-auto-12:', '-l', '[[demo:work 10m]]');
  pool.tmux('send-keys', '-t', '=ccl-auto-12:', 'Enter');
  await pool.sessionIs('ccl-auto-12', 'working.running');
  pool.tmux('send-keys', '-t', '=ccl-1-conform:', '-l', 'hello');
  pool.tmux('send-keys', '-t', '=ccl-1-conform:', 'Enter');
  // A client tells of its account's usage from its first answer on.
  await until(async () => (await pool.status()).accounts[1]?.usage.fiveHour !== null, {
    withinMs: 20_000,
    what: 'the usage of compte2',
  });
  await pool.sessionIs('ccl-1-conform', 'idle.ready');
  const agents = agentBySession(pool.dir);

  const untouched = {
    task: null,
    conversation: UUID,
    restarts: 0,
    crashedAt: null,
    reason: null,
    since: TIME,
    failover: null,
  };
  const usageOver = { fiveHour: null, sevenDay: null };
  const unused = { limitedUntil: null, usage: { fiveHour: null, sevenDay: null }, usageOver };
  const fiveHour = { usedPercent: expect.any(Number), resetsAt: TIME, toldAt: TIME };
  const used = { limitedUntil: null, usage: { fiveHour, sevenDay: null }, usageOver };
  expect(await statusJson(pool)).toStrictEqual({
    v: 1,
    daemon: {
      state: 'ready',
      pid: run.pid,
      version: expect.any(String),
      startedAt: TIME,
      tmux: 'answers',
      tmuxSilentSince: null,
    },
    pool: { min: 2, max: 2, usable: 2, degraded: false },
    sessions: [
      {
        ...untouched,
        name: 'ccl-auto-11',
        kind: 'autonomous',
        index: 11,
        state: 'idle',
        substate: 'ready',
        account: 'compte1',
        pid: agents['ccl-auto-11'],
        restarts: 1,
        crashedAt: TIME,
      },
      {
        ...untouched,
        name: 'ccl-auto-12',
        kind: 'autonomous',
        index: 12,
        state: 'working',
        substate: 'running',
        account: 'compte1',
        pid: agents['ccl-auto-12'],
      },
      {
        ...untouched,
        name: 'ccl-1-conform',
        kind: 'dedicated',
        index: null,
        state: 'idle',
        substate: 'ready',
        account: 'compte2',
        pid: agents['ccl-1-conform'],
      },
    ],
    accounts: [
      { ...unused, name: 'compte1', state: 'available' },
      { ...used, name: 'compte2', state: 'available' },
    ],
    queue: { queued: 0, blocked: 0, running: 0, done: 0, dead: 0, cancelled: 0 },
  });
});

test('status answers while tmux hangs: unknown is not gone, and only what really died is a crash once it answers', async () => {
  const pool = makeTestPool({ config: { reconcile: { interval: '1s' } } });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  const server = Number(pool.tmux('display-message', '-p', '#{pid}'));
  // A server that is stopped could not be ended in order.
  atEnd(() => process.kill(server, 'SIGCONT'));

  process.kill(server, 'SIGSTOP');
  sendSignal(before[1]?.pid);
  await run.logged('daemon.error', { reason: TMUX_IS_SILENT });
  const meanwhile = await statusJson(pool);

  expect(meanwhile.sessions).toEqual(before);
  expect(crashedIn(run.log)).toEqual([]);

  process.kill(server, 'SIGCONT');
  await run.logged('session.recreated', { session: 'ccl-auto-12' });
  const after = await pool.allAre('idle.ready');

  expect(crashedIn(run.log)).toEqual(['ccl-auto-12']);
  expect(after[1]).toMatchObject({ conversation: before[1]?.conversation, restarts: 1 });
  expect([after[0], after[2]]).toEqual([before[0], before[2]]);
  expect(run.log.filter(({ event }) => event === 'session.created')).toHaveLength(3);
});

const TMUX_IS_SILENT = 'tmux does not tell what is there: nothing is decided until it does';

function crashedIn(log: readonly { readonly event: string; readonly session?: unknown }[]) {
  return log.filter(({ event }) => event === 'session.crashed').map(({ session }) => session);
}

import { expect, jest, test } from '@jest/globals';
import { agentBySession } from '../harness/pool-agents.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(240_000);

const KILLS = 200;

test('of 200 kills of random sessions none goes unnoticed and no session stays missing', async () => {
  const pool = makeTestPool({
    max: 10,
    // Twenty kills of one session in a row would otherwise rightly make it wait for a minute.
    config: { restart: { intensity: 100_000, backoff_initial: '10ms', backoff_max: '100ms' } },
  });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const killed: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const { pid } = await pool.sessionIs(
      `ccl-auto-${11 + Math.floor(Math.random() * 10)}`,
      'idle.ready',
    );
    sendSignal(pid);
    killed.push(pid ?? -1);
    await run.logged('session.crashed', { pid });
  }
  const sessions = await pool.allAre('idle.ready');

  const noticed = run.log.filter(({ event }) => event === 'session.crashed');
  expect(noticed.map(({ pid }) => pid)).toEqual(killed);
  for (const { cause } of noticed.map((line) => line as { cause?: unknown })) {
    expect(cause).toEqual({ kind: 'signal', signal: 9 });
  }
  expect(sessions.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(KILLS);
  expect(Object.keys(agentBySession(pool.dir))).toHaveLength(10);
});

test('a session that always crashes becomes failed at exactly crash N+1, and its neighbours never notice', async () => {
  const pool = makeTestPool({ config: { restart: { intensity: 3, backoff_initial: '10ms' } } });
  const run = await pool.start();
  const [first, second, third] = await pool.allAre('idle.ready');
  for (let crash = 1; crash <= 4; crash++) {
    const { pid } = await pool.sessionIs('ccl-auto-12', 'idle.ready');
    sendSignal(pid);
    await run.logged('session.crashed', { session: 'ccl-auto-12', attempt: crash });
  }
  const failed = await pool.sessionIs('ccl-auto-12', 'failed');

  expect(failed).toMatchObject({ pid: null, restarts: 3, conversation: second?.conversation });
  expect(failed.reason).toContain('4 crashes');
  expect(run.log.filter(({ event }) => event === 'session.failed')).toHaveLength(1);
  expect(await pool.session('ccl-auto-11')).toEqual(first);
  expect(await pool.session('ccl-auto-13')).toEqual(third);
  expect((await pool.status()).pool).toEqual({ min: 3, max: 3, usable: 2, degraded: true });
});

test('failed survives the daemon, and session reset brings the conversation back', async () => {
  const pool = makeTestPool({ config: { restart: { intensity: 0 } } });
  const first = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  sendSignal(victim?.pid);
  await pool.sessionIs('ccl-auto-11', 'failed');
  first.child.kill('SIGTERM');
  await first.exited;

  await pool.start();
  await pool.sessionIs('ccl-auto-11', 'failed');
  await expect(pool.post('/v1/sessions/ccl-auto-11/reset')).resolves.toMatchObject({ status: 200 });
  const healed = await pool.sessionIs('ccl-auto-11', 'idle.ready');

  expect(healed).toMatchObject({ restarts: 0, reason: null, conversation: victim?.conversation });
});

test('a session that is killed in tmux by hand is recreated with its conversation', async () => {
  const pool = makeTestPool();
  const run = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  pool.tmux('kill-session', '-t', '=ccl-auto-11');
  await run.logged('session.crashed', { session: 'ccl-auto-11' });
  const back = await pool.sessionIs('ccl-auto-11', 'idle.ready');
  expect(back).toMatchObject({ conversation: victim?.conversation, restarts: 1 });
  await until(() => agentBySession(pool.dir)['ccl-auto-11'] === back.pid, {
    withinMs: 5000,
    what: 'exactly the new agent to live',
  });
});

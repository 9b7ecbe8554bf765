import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { compiledFixture } from '../harness/compiled.ts';
import { filesBelow } from '../harness/files-below.ts';
import { startOperatorServer } from '../harness/operator-sessions.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { isAlive, readProcess } from '../harness/process-tree.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const SESSION = 'ccl-auto-12';

function run(pool: TestPool, ...args: readonly string[]) {
  return runCli([...args, '--config', pool.file], { env: pool.env });
}

/** tmux's own identity of the session, and the process of its only pane. */
function inTmux(pool: TestPool) {
  const [id, pid] = pool
    .tmux('list-panes', '-s', '-t', `=${SESSION}`, '-F', '#{session_id} #{pane_pid}')
    .trim()
    .split(' ');
  return { id, pid: Number(pid) };
}

test('session adopt takes over a client that an operator had started, as it is, and from then on brings it back', async () => {
  const operator = startOperatorServer(['ccl-0']);
  const pool = makeTestPool({ socketPath: operator.socketPath, max: 2 });
  const conversation = randomUUID();
  const home = pool.config.accounts[1]?.home ?? '';
  const client = [process.execPath, compiledFixture('demo-agent/main')];
  const place = ['-c', join(pool.dir, 'work'), '-e', `CLAUDE_CONFIG_DIR=${home}`];
  const words = [...client, '--session-id', conversation];
  pool.tmux('new-session', '-d', '-s', SESSION, ...place, ...words);
  const foreign = inTmux(pool);
  const daemon = await pool.start();
  await pool.sessionIs(SESSION, 'idle.blocked');

  expect(await run(pool, 'session', 'adopt', SESSION)).toEqual({
    code: 0,
    stdout: `${SESSION}: adopted\n`,
    stderr: '',
  });

  const adopted = await pool.sessionIs(SESSION, 'idle.ready');
  expect(adopted).toMatchObject({ pid: foreign.pid, conversation, account: 'compte2' });
  expect(inTmux(pool)).toEqual(foreign);
  expect((await run(pool, 'session', 'adopt', SESSION)).stdout).toBe(`${SESSION}: already so\n`);

  process.kill(foreign.pid, 'SIGKILL');
  await daemon.logged('session.recreated', { session: SESSION });
  const back = await pool.sessionIs(SESSION, 'idle.ready');
  expect(back).toMatchObject({ conversation, account: 'compte2', restarts: 1 });
  expect(inTmux(pool)).toEqual({ id: foreign.id, pid: back.pid });
  expect(operator.disturbed()).toEqual([]);
});

test('session adopt of a session without a client is refused and changes nothing; with --restart an agent takes its place', async () => {
  const operator = startOperatorServer(['ccl-0', SESSION]);
  const pool = makeTestPool({ socketPath: operator.socketPath, max: 2 });
  const foreign = inTmux(pool);
  const shell = readProcess(foreign.pid);
  if (shell === null) throw new Error('no process in the pane');
  await pool.start();
  await pool.sessionIs('ccl-auto-11', 'idle.ready');
  const before = operator.portrait();

  const refused = await run(pool, 'session', 'adopt', SESSION);

  expect(refused).toMatchObject({ code: 69, stdout: '' });
  expect(refused.stderr).toContain(`session adopt ${SESSION} --restart`);
  expect(operator.portrait()).toBe(before);
  expect(operator.disturbed()).toEqual([]);
  expect(await pool.session(SESSION)).toMatchObject({ state: 'idle', substate: 'blocked' });

  const taken = await run(pool, 'session', 'adopt', SESSION, '--restart');

  expect(taken).toEqual({ code: 0, stdout: `${SESSION}: adopted\n`, stderr: '' });
  const ready = await pool.sessionIs(SESSION, 'idle.ready');
  expect(isAlive(shell)).toBe(false);
  expect(inTmux(pool)).toEqual({ id: foreign.id, pid: ready.pid });
  expect(operator.disturbed()).toEqual([]);
});

test('a held session that crashes is not recreated, also not by the next daemon; released, it goes on with its conversation', async () => {
  const pool = makeTestPool({ max: 2 });
  const first = await pool.start();
  const [neighbour, held] = await pool.allAre('idle.ready');
  pool.tmux('send-keys', '-t', `=${SESSION}:`, '-l', 'remember the heron');
  pool.tmux('send-keys', '-t', `=${SESSION}:`, 'Enter');
  await until(() => filesBelow(pool.dir).some((file) => file.includes(`${held?.conversation}`)), {
    withinMs: 10_000,
    what: 'the conversation to be on disk',
  });
  await pool.sessionIs(SESSION, 'idle.ready');

  expect(await run(pool, 'session', 'hold', SESSION)).toMatchObject({ code: 0 });
  expect(await pool.session(SESSION)).toMatchObject({ substate: 'held', pid: held?.pid });
  sendSignal(held?.pid);
  await first.logged('session.crashed', { session: SESSION });
  // What a session that is not held does meanwhile.
  sendSignal(neighbour?.pid);
  await first.logged('session.recreated', { session: 'ccl-auto-11' });
  await pool.sessionIs('ccl-auto-11', 'idle.ready');
  expect(await pool.session(SESSION)).toMatchObject({
    state: 'idle',
    substate: 'held',
    pid: null,
    restarts: 0,
  });
  expect(Object.keys(agentBySession(pool.dir))).toEqual(['ccl-auto-11']);

  first.child.kill('SIGKILL');
  await first.exited;
  const second = await pool.start();
  await pool.sessionIs('ccl-auto-11', 'idle.ready');
  expect(await pool.session(SESSION)).toMatchObject({ substate: 'held', pid: null });
  expect(Object.keys(agentBySession(pool.dir))).toEqual(['ccl-auto-11']);

  expect(await run(pool, 'session', 'release', SESSION)).toMatchObject({ code: 0 });
  await second.logged('session.ready', { session: SESSION });
  const back = await pool.sessionIs(SESSION, 'idle.ready');
  expect(back).toMatchObject({ conversation: held?.conversation });
  const screen = () => pool.tmux('capture-pane', '-p', '-t', `=${SESSION}:`);
  await until(() => screen().includes('remember the heron'), {
    withinMs: 10_000,
    what: 'the conversation on the screen',
  });
});

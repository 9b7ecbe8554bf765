import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { startOperatorServer } from '../harness/operator-sessions.ts';
import { readWebSocket } from '../harness/raw-socket.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const OPERATORS = [
  ...Array.from({ length: 10 }, (_, i) => `ccl-${i}`),
  'ccl-auto-1',
  'ccl-auto-110',
  // Inside our range, and not ours.
  'ccl-auto-15',
];

test('an operator’s sessions beside the pool keep their ids, pids, options and environment, and receive not one byte', async () => {
  const operator = startOperatorServer(OPERATORS);
  const pool = makeTestPool({
    socketPath: operator.socketPath,
    max: 10,
    config: { restart: { intensity: 100, backoff_initial: '10ms' } },
  });
  const before = operator.portrait();

  const run = await pool.start();
  const ours = await oursReady(pool);
  expect(ours.map(({ index }) => index)).toEqual([11, 12, 13, 14, 16, 17, 18, 19, 20]);
  await crashAll(pool, run.log);
  for (const { name } of ours) {
    await expect(pool.post(`/v1/sessions/${name}/restart`)).resolves.toMatchObject({ status: 200 });
  }
  await oursReady(pool);
  await crashAll(pool, run.log);
  const slot = await pool.session('ccl-auto-15');
  run.child.kill('SIGTERM');
  await run.exited;

  expect(operator.portrait()).toBe(before);
  expect(operator.disturbed()).toEqual([]);
  expect(slot).toMatchObject({ state: 'idle', substate: 'blocked', pid: null });
  expect(slot.reason).toContain('session adopt ccl-auto-15');
});

test('a session that holds a name of the range makes way, and its slot is filled', async () => {
  const operator = startOperatorServer(['ccl-0', 'ccl-auto-12']);
  const pool = makeTestPool({ socketPath: operator.socketPath, max: 2 });
  await pool.start();
  await pool.sessionIs('ccl-auto-12', 'idle.blocked');
  pool.tmux('kill-session', '-t', '=ccl-auto-12');
  await pool.sessionIs('ccl-auto-12', 'idle.ready');
});

test('the page that asks for the screen of a blocked slot is refused, and no client attaches to the foreign session', async () => {
  const operator = startOperatorServer(['ccl-0', 'ccl-auto-12']);
  const pool = makeTestPool({ socketPath: operator.socketPath, max: 2 });
  await pool.start();
  await pool.sessionIs('ccl-auto-12', 'idle.blocked');
  await pool.sessionIs('ccl-auto-11', 'idle.ready');
  // Every attachment from now on, however short; that to a session of ours shows that it would be seen.
  const noted = join(pool.dir, 'attached');
  const note = `run-shell "echo '#{session_name}' >>${noted}"`;
  pool.tmux('set-hook', '-g', 'client-attached', note);
  const attached = () => (existsSync(noted) ? readFileSync(noted, 'utf8').trim().split('\n') : []);

  const refused = await askForTerminal(pool, 'ccl-auto-12');
  expect(await refused.closed).toBe(1008);
  await askForTerminal(pool, 'ccl-auto-11');
  await until(() => attached().includes('ccl-auto-11'), {
    withinMs: 10_000,
    what: 'a client at the session of ours',
  });

  expect(attached()).not.toContain('ccl-auto-12');
  expect(operator.disturbed()).toEqual([]);
});

async function askForTerminal(pool: TestPool, session: string) {
  const { host } = new URL(await pool.loginLink());
  const token = readFileSync(pool.config.control.tokenFile, 'utf8').trim();
  const headers = { authorization: `Bearer ${token}` };
  return await readWebSocket(`ws://${host}/v1/terminal/${session}`, headers);
}

async function oursReady(pool: TestPool) {
  return await until(
    async () => {
      const { sessions } = await pool.status();
      const ours = sessions.filter(({ substate }) => substate !== 'blocked');
      return ours.every(({ substate }) => substate === 'ready') && ours.length === 9 ? ours : null;
    },
    { withinMs: 30_000, what: 'the nine sessions of ours to be ready' },
  );
}

async function crashAll(pool: TestPool, log: readonly { readonly event: string }[]) {
  const noticed = () => log.filter(({ event }) => event === 'session.crashed').length;
  const before = noticed();
  const victims = await oursReady(pool);
  for (const { pid } of victims) sendSignal(pid);
  await until(() => noticed() === before + victims.length, {
    withinMs: 10_000,
    what: 'every death to be noticed',
  });
  await oursReady(pool);
}

import { expect, jest, test } from '@jest/globals';
import { agentBySession } from '../harness/pool-agents.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';

jest.setTimeout(180_000);

const SESSION = 'ccl-auto-11';
/** Its restart is in flight for as long as a spec needs. */
const SLOW = { restart: { backoff_initial: '10m', backoff_max: '10m' } } as const;

function run(pool: TestPool, ...args: readonly string[]) {
  return runCli([...args, '--config', pool.file], { env: pool.env });
}

/** A session whose agent has just ended, and whose next one is waited for. */
async function startCrashed() {
  const pool = makeTestPool({ max: 1, config: SLOW });
  const daemon = await pool.start();
  const before = await pool.sessionIs(SESSION, 'idle.ready');
  sendSignal(before.pid);
  await pool.sessionIs(SESSION, 'crashed.backingOff');
  return { pool, daemon, before };
}

test('a hold wins over a restart in flight, twice is once, and its end brings the session back', async () => {
  const { pool, before } = await startCrashed();
  const hold = await run(pool, 'session', 'hold', SESSION);
  expect(hold).toEqual({ code: 0, stdout: `${SESSION}: held\n`, stderr: '' });
  await pool.sessionIs(SESSION, 'idle.held');
  const again = await run(pool, 'session', 'hold', SESSION);
  expect(again).toEqual({ code: 0, stdout: `${SESSION}: already so\n`, stderr: '' });
  expect(await run(pool, 'session', 'restart', SESSION)).toMatchObject({
    code: 69,
    stderr: expect.stringContaining(`session release ${SESSION}`),
  });
  expect(agentBySession(pool.dir)).toEqual({});

  expect(await run(pool, 'session', 'release', SESSION)).toMatchObject({ code: 0 });
  const back = await pool.sessionIs(SESSION, 'idle.ready');
  expect(back.conversation).toBe(before.conversation);
  expect((await run(pool, 'session', 'release', SESSION)).stdout).toBe(`${SESSION}: already so\n`);
});

test.each(['restart', 'reset'] as const)(
  '%s does not wait for the end of a back-off',
  async (verb) => {
    const { pool, before } = await startCrashed();
    expect(await run(pool, 'session', verb, SESSION)).toMatchObject({ code: 0, stderr: '' });
    const back = await pool.sessionIs(SESSION, 'idle.ready');
    expect(back.conversation).toBe(before.conversation);
    expect(back.restarts).toBe(verb === 'reset' ? 0 : 1);
  },
);

test('stop wins over a restart in flight: nothing is started, and the next daemon goes on', async () => {
  const { pool, daemon, before } = await startCrashed();
  expect(await run(pool, 'stop')).toMatchObject({ code: 0, stderr: '' });
  expect(await daemon.exited).toEqual({ code: 0, signal: null });
  expect(await run(pool, 'stop')).toMatchObject({ code: 0 });
  expect(agentBySession(pool.dir)).toEqual({});

  const next = await pool.start();
  const back = await pool.sessionIs(SESSION, 'idle.ready');
  expect(back.conversation).toBe(before.conversation);
  expect(next.log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
});

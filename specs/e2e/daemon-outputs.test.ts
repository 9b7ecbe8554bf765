import { expect, jest, test } from '@jest/globals';
import { startDaemonInto, stuckPipe } from '../harness/daemon-into.ts';
import { startCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

/** Its agent dies, and is replaced: the daemon does its work. */
async function supervises(pool: TestPool): Promise<void> {
  const { name, pid, restarts } = await pool.session('ccl-auto-11');
  sendSignal(pid);
  await until(async () => (await pool.session(name)).restarts === restarts + 1, {
    withinMs: 20_000,
    what: 'the death to be counted',
  });
  await pool.sessionIs(name, 'idle.ready');
}

test('a daemon whose log and errors nobody reads any more supervises on, and ends with 0 when it is told to', async () => {
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  run.child.stdout?.destroy();
  run.child.stderr?.destroy();
  await supervises(pool);
  await supervises(pool);
  run.child.kill('SIGTERM');
  await expect(run.exited).resolves.toEqual({ code: 0, signal: null });
});

test('a daemon whose stdout takes nothing comes up, supervises, and loses no line once somebody reads', async () => {
  const pool = makeTestPool({ max: 1 });
  const stuck = stuckPipe();
  startDaemonInto(pool, stuck.fd);
  await pool.allAre('idle.ready');
  await supervises(pool);
  const events = () =>
    stuck
      .read()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).event);
  await until(() => events().includes('session.recreated'), {
    withinMs: 10_000,
    what: 'all that was said meanwhile',
  });
  expect(events().slice(0, 2)).toEqual(['daemon.starting', 'guard.passed']);
  for (const event of ['daemon.ready', 'session.created', 'session.crashed']) {
    expect(events()).toContain(event);
  }
});

test('a daemon whose stdout takes nothing ends within five seconds all the same', async () => {
  const pool = makeTestPool({ max: 1 });
  const { child, exited } = startDaemonInto(pool, stuckPipe().fd);
  await pool.allAre('idle.ready');
  const askedAt = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - askedAt).toBeLessThan(5_000);
});

test('a start that is refused exits with 78 also when nobody reads why', async () => {
  const refused = startCli(['start', '--config', '/nonexistent/config.yaml']);
  refused.child.stderr?.destroy();
  expect(await refused.ended).toMatchObject({ code: 78 });
});

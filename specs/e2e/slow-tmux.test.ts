import { execFileSync } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';
import { agentsBelow } from '../harness/pool-agents.ts';
import { atEnd } from '../harness/scope.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(60_000);

/** A tmux server at the pool's socket that has been stopped: it takes connections and never answers. */
function startHangingServer(pool: TestPool): { goOn(): void } {
  const tmux = (...args: readonly string[]) =>
    execFileSync('tmux', ['-S', pool.socketPath, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: pool.env,
    });
  tmux('new-session', '-d', '-s', 'somebody', 'sleep 600');
  const pid = Number(tmux('display-message', '-p', '#{pid}'));
  process.kill(pid, 'SIGSTOP');
  const goOn = () => process.kill(pid, 'SIGCONT');
  atEnd(goOn);
  return { goOn };
}

test('while tmux hangs at the start, status says starting, and the pool comes up when tmux goes on', async () => {
  const pool = makeTestPool({ max: 2 });
  const server = startHangingServer(pool);
  const run = await pool.start({ awaitReady: false });
  await run.logged('daemon.error', {
    reason: 'tmux does not answer: nothing is done until it does',
  });
  expect((await pool.status()).daemon).toMatchObject({
    state: 'starting',
    pid: run.pid,
    tmux: 'silent',
    tmuxSilentSince: expect.any(String),
  });
  expect(agentsBelow(pool.dir)).toEqual([]);

  server.goOn();
  await pool.allAre('idle.ready');
  expect((await pool.status()).daemon).toMatchObject({ state: 'ready', tmux: 'answers' });
});

test.each(['SIGTERM', 'the verb stop'])(
  'a daemon that still waits for tmux ends at once on %s, and begins nothing afterwards',
  async (how) => {
    const pool = makeTestPool({ max: 2 });
    const server = startHangingServer(pool);
    const run = await pool.start({ awaitReady: false });
    await until(() => pool.status(), { withinMs: 10_000, what: 'the daemon to listen' });
    if (how === 'SIGTERM') run.child.kill('SIGTERM');
    else await pool.post('/v1/stop');
    await expect(run.exited).resolves.toEqual({ code: 0, signal: null });
    await run.logged('daemon.stopped', { exitCode: 0 });

    server.goOn();
    // A daemon that had only pretended to end would have filled its range by now.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(agentsBelow(pool.dir)).toEqual([]);
    // The hub may have been asked for before; a session of the pool never was.
    expect(pool.tmux('list-sessions', '-F', '#{session_name}')).not.toContain('ccl-auto');
  },
);

test('a state directory that others may enter is refused before tmux is asked anything', async () => {
  const pool = makeTestPool({ max: 1 });
  execFileSync('mkdir', ['-p', '-m', '755', pool.config.stateDir]);
  const run = await pool.start({ awaitReady: false });
  await expect(run.exited).resolves.toEqual({ code: 70, signal: null });
  expect(run.stderr()).toContain('LISTEN_FAILED');
  expect(await run.logged('daemon.failed')).toMatchObject({ exitCode: 70 });
  expect(() => pool.tmux('list-sessions')).toThrow();
});

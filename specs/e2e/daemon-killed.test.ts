import { expect, jest, test } from '@jest/globals';
import { pathWithFatalTmux } from '../harness/fatal-tmux.ts';
import { agentBySession, agentsBelow } from '../harness/pool-agents.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

test('a daemon that is killed leaves its agents running, and the next one adopts the same pids', async () => {
  const pool = makeTestPool();
  const first = await pool.start();
  const before = await pool.allAre('idle.ready');
  first.child.kill('SIGKILL');
  await first.exited;

  const second = await pool.start();
  const after = await pool.allAre('idle.ready');

  expect(after.map(({ pid, conversation, restarts }) => ({ pid, conversation, restarts }))).toEqual(
    before.map(({ pid, conversation, restarts }) => ({ pid, conversation, restarts })),
  );
  expect(second.log.filter(({ event }) => event === 'session.adopted')).toHaveLength(3);
  expect(second.log.filter(({ event }) => event === 'session.created')).toEqual([]);
});

test.each([0, 25, 50, 75, 100, 130, 160, 200])(
  'a daemon killed %d ms into bringing a new pool up is followed by one that creates nothing twice',
  async (delayMs) => {
    const pool = makeTestPool({ max: 5 });
    const doomed = await pool.start({ awaitReady: false });
    await doomed.logged('guard.passed');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    doomed.child.kill('SIGKILL');
    await doomed.exited;
    const left = agentsBelow(pool.dir);

    await pool.start();
    const sessions = await pool.allAre('idle.ready');

    // An agent that outlived its daemon is never replaced, and no session has two.
    for (const agent of left) expect(agentsBelow(pool.dir)).toContainEqual(agent);
    expect(Object.keys(agentBySession(pool.dir))).toHaveLength(5);
    expect(sessions.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0, 0]);
  },
);

test('a daemon killed between create and commit leaves an agent that nobody noted down, and the next one adopts it', async () => {
  const pool = makeTestPool({ max: 1 });
  const PATH = pathWithFatalTmux(pool.env['PATH']);
  const doomed = await pool.start({ awaitReady: false, env: { PATH } });
  await expect(doomed.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  const agent = await until(() => agentsBelow(pool.dir)[0], { withinMs: 5000, what: 'its agent' });
  const stored = await runCli(['status', '--json', '--config', pool.file], { env: pool.env });
  expect(JSON.parse(stored.stdout).sessions).toMatchObject([{ name: 'ccl-auto-11', pid: null }]);

  const next = await pool.start();
  const [session] = await pool.allAre('idle.ready');

  expect(agentsBelow(pool.dir)).toEqual([agent]);
  expect(session).toMatchObject({ pid: agent.pid, restarts: 0 });
  expect(next.log.filter(({ event }) => event === 'session.adopted')).toHaveLength(1);
  expect(next.log.filter(({ event }) => event === 'session.created')).toEqual([]);
});

test('a death while no daemon runs is recorded by the next one, with its cause, and mended', async () => {
  const pool = makeTestPool();
  const first = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  first.child.kill('SIGKILL');
  await first.exited;
  sendSignal(victim?.pid);

  const second = await pool.start();
  const crashed = await second.logged('session.crashed', { session: 'ccl-auto-11' });
  await pool.allAre('idle.ready');

  expect(crashed).toMatchObject({ pid: victim?.pid, cause: { kind: 'signal', signal: 9 } });
  expect(await pool.session('ccl-auto-11')).toMatchObject({
    restarts: 1,
    conversation: victim?.conversation,
    crashedAt: expect.any(String),
  });
});

test('a daemon that is asked to end leaves every session running and exits 0 in time', async () => {
  const pool = makeTestPool();
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const before = agentBySession(pool.dir);
  run.child.kill('SIGTERM');
  await expect(run.exited).resolves.toEqual({ code: 0, signal: null });
  expect(agentBySession(pool.dir)).toEqual(before);
});

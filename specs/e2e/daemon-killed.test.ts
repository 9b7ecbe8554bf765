import { expect, jest, test } from '@jest/globals';
import { agentBySession, agentsBelow } from '../harness/pool-agents.ts';
import { makeTestPool } from '../harness/test-pool.ts';

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

test('a daemon killed at any moment of bringing the pool up, also between create and commit, is followed by one that creates nothing twice', async () => {
  const pool = makeTestPool({ max: 5 });
  for (let delayMs = 0; delayMs <= 400; delayMs += 20) {
    const doomed = await pool.start({ awaitReady: false });
    await doomed.logged('guard.passed');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const living = agentsBelow(pool.dir);
    doomed.child.kill('SIGKILL');
    await doomed.exited;
    // An agent that lived when the daemon was killed is never replaced by a later one.
    const now = agentsBelow(pool.dir);
    for (const agent of living) expect(now).toContainEqual(agent);
  }
  const between = agentBySession(pool.dir);

  await pool.start();
  const sessions = await pool.allAre('idle.ready');

  expect(agentBySession(pool.dir)).toMatchObject(between);
  expect(Object.keys(agentBySession(pool.dir))).toHaveLength(5);
  expect(sessions.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0, 0]);
});

test('a death while no daemon runs is recorded by the next one, with its cause, and mended', async () => {
  const pool = makeTestPool();
  const first = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  first.child.kill('SIGKILL');
  await first.exited;
  process.kill(victim?.pid ?? -1, 'SIGKILL');

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

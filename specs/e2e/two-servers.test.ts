import { expect, jest, test } from '@jest/globals';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { tmuxServer } from '../harness/tmux-server.ts';

jest.setTimeout(90_000);

const SHARED_NAME = 'ccl-auto-2';

/** Who runs where, on what. */
async function agentsOf(pool: TestPool) {
  const sessions = await pool.allAre('idle.ready');
  return sessions.map(({ name, pid, conversation, restarts }) => ({
    ...{ name, pid, conversation, restarts },
  }));
}

test('daemons on two tmux servers share a state directory: a name of both is two sessions', async () => {
  const ours = makeTestPool({ start: 1, max: 2 });
  const first = await ours.start();
  const before = await agentsOf(ours);

  const other = makeTestPool({ beside: ours, socketPath: tmuxServer().path, start: 2, max: 2 });
  const theirRun = await other.start();
  const theirs = await agentsOf(other);

  expect(await agentsOf(ours)).toEqual(before);
  expect(theirs.map(({ name }) => name)).toEqual([SHARED_NAME, 'ccl-auto-3']);
  const conversations = [...before, ...theirs].map(({ conversation }) => conversation);
  expect(new Set(conversations).size).toBe(4);
  for (const { log } of [first, theirRun]) {
    expect(log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
  }

  // The next daemon of each adopts its own, although the other one has written since.
  for (const [pool, run, agents] of [
    [ours, first, before],
    [other, theirRun, theirs],
  ] as const) {
    run.child.kill('SIGKILL');
    await run.exited;
    const next = await pool.start();
    expect(await agentsOf(pool)).toEqual(agents);
    expect(next.log.filter(({ event }) => event === 'session.adopted')).toHaveLength(2);
  }
});

test('an agent that ends while no daemon runs is mended on its own server only', async () => {
  const ours = makeTestPool({ start: 1, max: 2 });
  await ours.start();
  const other = makeTestPool({ beside: ours, socketPath: tmuxServer().path, start: 2, max: 2 });
  const run = await other.start();
  const before = await agentsOf(ours);
  const victim = await other.sessionIs(SHARED_NAME, 'idle.ready');
  run.child.kill('SIGKILL');
  await run.exited;
  sendSignal(victim.pid);

  await other.start();
  const mended = await other.sessionIs(SHARED_NAME, 'idle.ready');
  expect(mended).toMatchObject({ conversation: victim.conversation, restarts: 1 });
  expect(await agentsOf(ours)).toEqual(before);
});

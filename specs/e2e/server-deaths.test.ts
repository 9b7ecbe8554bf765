/** What an operator sees of the pool when something happens to its tmux server. */
import { rmSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { agentBySession } from '../harness/pool-agents.ts';
import { readProcess } from '../harness/process-tree.ts';
import { atEnd } from '../harness/scope.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const NAMES = ['ccl-auto-11', 'ccl-auto-12'];
const TMUX_IS_SILENT = 'tmux does not tell what is there: nothing is decided until it does';

async function startPool(config = {}) {
  const pool = makeTestPool({
    max: 2,
    config: { restart: { backoff_initial: '10ms' }, ...config },
  });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  return { pool, run, before, server: serverOf(pool) };
}

function serverOf(pool: TestPool): number {
  return Number(pool.tmux('display-message', '-p', '#{pid}'));
}

const crashesIn = ({ log }: DaemonRun) => log.filter(({ event }) => event === 'session.crashed');

/** Every session was lost with the server, and goes on in its conversation. */
async function expectAllRecreated({ pool, run, before }: Awaited<ReturnType<typeof startPool>>) {
  for (const session of NAMES) await run.logged('session.recreated', { session });
  const after = await pool.allAre('idle.ready');
  expect(crashesIn(run)).toMatchObject(
    NAMES.map((session) => ({ session, cause: { kind: 'server_lost' } })),
  );
  expect(after.map(({ conversation }) => conversation)).toEqual(
    before.map(({ conversation }) => conversation),
  );
  expect(agentBySession(pool.dir)).toEqual(
    Object.fromEntries(after.map(({ name, pid }) => [name, pid])),
  );
}

test.each(['killed', 'ended in order'])(
  'the server %s: every session is lost with it and recreated with its conversation, on one new server',
  async (how) => {
    const world = await startPool();
    const { pool, server } = world;
    if (how === 'killed') process.kill(server, 'SIGKILL');
    else pool.tmux('kill-server');
    await expectAllRecreated(world);
    expect(serverOf(pool)).not.toBe(server);
  },
);

test('the server killed and started again by the operator at once: ours were lost with the old one, and are made again beside theirs', async () => {
  const world = await startPool();
  const { pool, run, server } = world;
  // Stopped, so that it does not look between the two.
  run.child.kill('SIGSTOP');
  process.kill(server, 'SIGKILL');
  await until(() => readProcess(server) === null, { withinMs: 5000, what: 'the server to end' });
  pool.tmux('new-session', '-d', '-s', 'theirs', 'cat', '-');
  const theirs = pool.tmux('list-panes', '-s', '-t', '=theirs:', '-F', '#{pane_id} #{pane_pid}');
  const second = serverOf(pool);
  run.child.kill('SIGCONT');
  await expectAllRecreated(world);
  expect(serverOf(pool)).toBe(second);
  expect(pool.tmux('list-panes', '-s', '-t', '=theirs:', '-F', '#{pane_id} #{pane_pid}')).toBe(
    theirs,
  );
});

test('the same while no daemon runs: the next one tells it apart, too', async () => {
  const world = await startPool();
  const { pool, run, server } = world;
  run.child.kill('SIGKILL');
  await run.exited;
  process.kill(server, 'SIGKILL');
  await until(() => readProcess(server) === null, { withinMs: 5000, what: 'the server to end' });
  pool.tmux('new-session', '-d', '-s', 'theirs', 'cat', '-');
  await expectAllRecreated({ ...world, run: await pool.start() });
});

test('the server hangs: it is said once, although nobody looks, and once that it answers again; nobody is touched', async () => {
  // Nobody looks by themselves: there is only the heartbeat.
  const { pool, run, before, server } = await startPool({ reconcile: { interval: '1h' } });
  process.kill(server, 'SIGSTOP');
  atEnd(() => process.kill(server, 'SIGCONT'));
  await run.logged('daemon.error', { reason: TMUX_IS_SILENT });
  expect((await pool.status()).daemon).toMatchObject({ state: 'ready', tmux: 'silent' });
  process.kill(server, 'SIGCONT');
  await run.logged('tmux.answered');
  expect((await pool.status()).daemon).toMatchObject({ tmux: 'answers', tmuxSilentSince: null });
  expect(await pool.allAre('idle.ready')).toEqual(before);
  expect(run.log.filter(({ event }) => event === 'daemon.error')).toHaveLength(1);
  expect(crashesIn(run)).toEqual([]);
});

test('the socket removed: nobody is touched, and the next daemon adopts them all on the same server', async () => {
  const { pool, run, before, server } = await startPool();
  rmSync(pool.socketPath);
  run.child.kill('SIGKILL');
  await run.exited;
  const next = await pool.start();
  for (const { name, pid } of before) await next.logged('session.adopted', { session: name, pid });
  expect(await pool.allAre('idle.ready')).toMatchObject(
    before.map(({ name, pid, conversation, restarts }) => ({ name, pid, conversation, restarts })),
  );
  expect(serverOf(pool)).toBe(server);
  expect(crashesIn(next)).toEqual([]);
});

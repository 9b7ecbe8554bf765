import { expect, jest, test } from '@jest/globals';
import type { SessionReport } from '../../supervisor/status-report.ts';
import { compiledProgram } from '../harness/compiled.ts';
import { agentBySession, agentsBelow } from '../harness/pool-agents.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const QUICK = { backoff_initial: '10ms', backoff_max: '100ms' } as const;
/** Many times the longest wait between two restarts, and several reconciles. */
const LONG_MS = 2000;

const SURVIVOR = 'ccl-auto-11';
const [FIRST_VICTIM, ...OTHERS] = ['ccl-auto-12', 'ccl-auto-13', 'ccl-auto-14'] as const;

function run(pool: TestPool, ...args: readonly string[]) {
  return runCli([...args, '--config', pool.file], { env: pool.env });
}

const count = ({ log }: DaemonRun, event: string) =>
  log.filter((line) => line.event === event).length;

/** Four sessions that may crash as often as they like, in a pool that bears six crashes. */
function makeFragilePool(): TestPool {
  return makeTestPool({
    max: 4,
    config: {
      restart: { ...QUICK, intensity: 100, pool_intensity: 6 },
      reconcile: { interval: '200ms' },
    },
  });
}

/**
 * Kills every agent but the survivor's, again and again, until the daemon escalates and the launches
 * that had begun by then are through, too.
 */
async function killAllButOne(pool: TestPool, daemon: DaemonRun): Promise<void> {
  const killing = setInterval(() => {
    for (const { session, pid } of agentsBelow(pool.dir)) {
      if (session !== SURVIVOR) kill(pid);
    }
  }, 50);
  try {
    await daemon.logged('daemon.escalated');
    // One that waits has no launch under way, and begins none any more.
    const isOver = ({ name, substate }: SessionReport) =>
      name === SURVIVOR || substate === 'backingOff';
    await until(async () => (await pool.status()).sessions.every(isOver), {
      withinMs: 30_000,
      what: 'nobody but the survivor to live, or be launched',
    });
  } finally {
    clearInterval(killing);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** The agents that lived at any time while so long passed, by session. */
async function livesMeanwhile(pool: TestPool, ms: number): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const end = Date.now() + ms;
  while (Date.now() < end) {
    for (const { session, pid } of agentsBelow(pool.dir)) seen.add(`${session} ${pid}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return seen;
}

test('a pool whose agents all die in a loop escalates once, creates nothing more, keeps what lives, survives the daemon, and goes on by the verb', async () => {
  const pool = makeFragilePool();
  const desk = taskDesk(pool);
  const first = await pool.start();
  await pool.allAre('idle.ready');
  const survivor = agentBySession(pool.dir)[SURVIVOR];
  const onlySurvivor = new Set([`${SURVIVOR} ${survivor}`]);

  await killAllButOne(pool, first);
  const task = await desk.add('a task that waits');

  expect(await livesMeanwhile(pool, LONG_MS)).toEqual(onlySurvivor);
  expect(count(first, 'daemon.escalated')).toBe(1);
  const { daemon, queue, sessions } = await pool.status();
  expect(daemon.state).toBe('escalated');
  expect(queue).toMatchObject({ queued: 1, running: 0 });
  expect(sessions.map(({ state, substate }) => `${state}.${substate}`)).toEqual([
    'idle.ready',
    ...Array(3).fill('crashed.backingOff'),
  ]);
  expect((await run(pool, 'status')).stdout).toContain('claude-failover session reset --all');

  first.child.kill('SIGKILL');
  await first.exited;
  const second = await pool.start();
  expect(await livesMeanwhile(pool, LONG_MS)).toEqual(onlySurvivor);
  expect((await pool.status()).daemon.state).toBe('escalated');
  expect(count(second, 'daemon.escalated')).toBe(1);
  expect(count(second, 'session.created') + count(second, 'session.recreated')).toBe(0);

  // One by one, to see whether what was wrong is mended.
  expect(await run(pool, 'session', 'reset', FIRST_VICTIM)).toMatchObject({ code: 0 });
  await pool.sessionIs(FIRST_VICTIM, 'idle.ready');
  expect((await pool.status()).daemon.state).toBe('escalated');

  // What is known of the pool is not forgiven with that.
  second.child.kill('SIGTERM');
  await second.exited;
  const third = await pool.start();
  expect((await pool.status()).daemon.state).toBe('escalated');

  const reset = await run(pool, 'session', 'reset', '--all');
  expect(reset).toMatchObject({ code: 0, stderr: '' });
  expect(reset.stdout).toContain('the pool: its sessions are created again');
  expect(await desk.allEnd([task], 60_000)).toMatchObject([{ state: 'done' }]);
  await pool.allAre('idle.ready');
  expect((await pool.status()).daemon.state).toBe('ready');
  expect(Object.keys(agentBySession(pool.dir)).sort()).toEqual([SURVIVOR, FIRST_VICTIM, ...OTHERS]);
  expect((await run(pool, 'session', 'reset', '--all')).stdout).not.toContain('the pool:');
  third.child.kill('SIGTERM');
  await third.exited;
  await pool.start();
  expect((await pool.status()).daemon.state).toBe('ready');
});

test('a lost tmux server with many sessions counts once, also while no daemon runs: the pool comes back', async () => {
  const config = { restart: { ...QUICK, pool_intensity: 2 } };
  const pool = makeTestPool({ max: 8, config });
  const daemon = await pool.start();
  await pool.allAre('idle.ready', 60_000);

  kill(Number(pool.tmux('display-message', '-p', '#{pid}')));

  await until(() => count(daemon, 'session.recreated') === 8, {
    withinMs: 60_000,
    what: 'all to be recreated',
  });
  await pool.allAre('idle.ready', 60_000);
  expect((await pool.status()).daemon.state).toBe('ready');
  daemon.child.kill('SIGKILL');
  await daemon.exited;
  kill(Number(pool.tmux('display-message', '-p', '#{pid}')));
  const next = await pool.start();
  await pool.allAre('idle.ready', 60_000);
  expect((await pool.status()).daemon.state).toBe('ready');
  expect(count(daemon, 'daemon.escalated') + count(next, 'daemon.escalated')).toBe(0);
});

test('one session that crashes too often fails by its own window, and its neighbours never notice', async () => {
  const pool = makeTestPool({ config: { restart: { ...QUICK, intensity: 1 } } });
  const daemon = await pool.start();
  const before = await pool.allAre('idle.ready');
  for (const restarts of [0, 1]) {
    const { pid } = await until(
      async () => {
        const session = await pool.sessionIs(SURVIVOR, 'idle.ready');
        return session.restarts === restarts ? session : undefined;
      },
      { withinMs: 30_000, what: `${SURVIVOR} to be up after ${restarts} restarts` },
    );
    sendSignal(pid);
  }
  await pool.sessionIs(SURVIVOR, 'failed');
  const { daemon: is, sessions } = await pool.status();
  expect(is.state).toBe('ready');
  expect(sessions.slice(1)).toEqual(before.slice(1));
  expect(count(daemon, 'session.failed')).toBe(1);
  expect(count(daemon, 'daemon.escalated')).toBe(0);
});

test('a pool whose client is broken escalates before all of it was created, and those that wait for their turn are not', async () => {
  const max = 12;
  const pool = makeTestPool({
    max,
    config: {
      agent: {
        command: [process.execPath, compiledProgram('specs/fixtures/demo-agent/main')],
        permission_mode: 'acceptEdits',
        env: { DEMO_EXIT_ON_START: '1' },
      },
      restart: { ...QUICK, intensity: 100, pool_intensity: 4 },
    },
  });
  const daemon = await pool.start();
  await daemon.logged('daemon.escalated');
  const last = `ccl-auto-${10 + max}`;
  await daemon.logged('session.delayed', { session: last, code: 'POOL_ESCALATED', delayMs: null });
  await until(() => agentsBelow(pool.dir).length === 0, {
    withinMs: 10_000,
    what: 'the last launch that had begun to end',
  });
  expect(count(daemon, 'session.created')).toBeLessThan(max);
  expect(await livesMeanwhile(pool, LONG_MS)).toEqual(new Set());
});

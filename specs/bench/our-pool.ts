import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { agentRuns } from './agent-runs.ts';
import { type Contestant, MISSED, type Trial } from './contestant.ts';
import { allReady, follow, isOf, type Log, logged, type Of } from './daemon-log.ts';
import { monotonicMs } from './monotonic.ts';
import { childrenOf } from './process-cost.ts';

/** As short as the config allows: what is measured is the way, not the wait. */
const RESTART = {
  intensity: 100_000,
  pool_intensity: 100_000,
  backoff_initial: '1ms',
  backoff_factor: 1,
  backoff_max: '2ms',
} as const;

/** The real daemon, all of its agents at their prompts. It is heard through its log, as an operator hears it. */
export async function startOurPool(size: number): Promise<Contestant> {
  const pool = makeTestPool({ max: size, config: { restart: RESTART } });
  const begunMs = monotonicMs();
  const run = await pool.start({ awaitReady: false });
  const { pid } = run;
  const log = follow(run);
  const sessions = await allReady(log, size, run);
  const createdMs = monotonicMs() - begunMs;
  return {
    sessions,
    createdMs,
    pid,
    processes: [pid, ...childrenOf([pid]).map((client) => client.pid), serverOf(pool)],
    forks: () => null,
    work: async () => {},
    rest: async () => {},
    kill: (session) => sendSignal(log, session),
  };
}

async function sendSignal(log: Log, session: string): Promise<Trial> {
  const { pid } = agentOf(log, session);
  const killedMs = monotonicMs();
  process.kill(pid, 'SIGKILL');
  const crashed = await logged(log, 'session.crashed', (crash) => crash.pid === pid);
  if (crashed === null) return MISSED;
  const noticedMs = crashed.atMs - killedMs;
  const recreated = await logged(
    log,
    'session.recreated',
    (next, atMs) => next.session === session && atMs >= crashed.atMs,
  );
  if (recreated === null) return { ...MISSED, noticedMs };
  const { pid: nextPid, delayMs } = recreated.told;
  const zeroMs = killedMs + delayMs;
  const runningMs = (await agentRuns(nextPid)) - zeroMs;
  await logged(log, 'session.ready', (next) => next.pid === nextPid);
  return { noticedMs, replacedMs: recreated.atMs - zeroMs, runningMs };
}

function agentOf(log: Log, session: string): Of<'session.ready'> {
  const ready = log.all.findLast(
    (one) => isOf(one, 'session.ready') && one.told.session === session,
  );
  if (ready?.told.event !== 'session.ready') throw new Error(`${session} was never ready`);
  return ready.told;
}

function serverOf(pool: TestPool): number {
  return Number(pool.tmux('display-message', '-p', '#{pid}'));
}

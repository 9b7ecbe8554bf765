import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogEvent, LogEventName } from '../../machines/log-events.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { agentRuns } from './agent-runs.ts';
import { type Arrival, type Arrivals, createArrivals } from './arrivals.ts';
import { type Contestant, MISSED, type Trial } from './contestant.ts';
import { monotonicMs } from './monotonic.ts';
import { childrenOf } from './process-cost.ts';

type Log = Arrivals<LogEvent>;
type Of<E extends LogEventName> = Extract<LogEvent, { event: E }>;

const BOOT_MS = 300_000;
/** As short as the config allows: what is measured is the way, not the wait. */
const RESTART = {
  intensity: 100_000,
  backoff_initial: '1ms',
  backoff_factor: 1,
  backoff_max: '2ms',
} as const;

/** The real daemon, all of its agents at their prompts. It is heard through its log, as an operator hears it. */
export async function startOurPool(size: number): Promise<Contestant> {
  const pool = makeTestPool({ max: size, config: { restart: RESTART } });
  const { child, pid, stderr } = await pool.start({ awaitReady: false });
  const log = follow(child.stdout);
  const sessions = await allReady(log, size);
  if (sessions === null) throw new Error(`the pool did not come up: ${stderr()}`);
  return {
    sessions,
    pid,
    processes: [pid, ...childrenOf([pid]).map((client) => client.pid), serverOf(pool)],
    forks: () => null,
    work: async () => {},
    rest: async () => {},
    kill: (session) => killAgent(log, session),
  };
}

function follow(stdout: Readable | null): Log {
  const log = createArrivals<LogEvent>();
  if (stdout === null) throw new Error('the daemon was started without a log');
  createInterface({ input: stdout }).on('line', (line) => log.hear(JSON.parse(line)));
  return log;
}

async function allReady(log: Log, size: number): Promise<readonly string[] | null> {
  const ready = new Set<string>();
  const isLast = ({ told }: Arrival<LogEvent>): boolean => {
    if (told.event === 'session.ready') ready.add(told.session);
    return ready.size === size;
  };
  return (await log.find(isLast, BOOT_MS)) && [...ready];
}

async function killAgent(log: Log, session: string): Promise<Trial> {
  const { pid } = agentOf(log, session);
  const killedMs = monotonicMs();
  process.kill(pid, 'SIGKILL');
  const crashed = await told(log, 'session.crashed', (crash) => crash.pid === pid);
  if (crashed === null) return MISSED;
  const noticedMs = crashed.atMs - killedMs;
  const recreated = await told(
    log,
    'session.recreated',
    (next, atMs) => next.session === session && atMs >= crashed.atMs,
  );
  if (recreated === null) return { ...MISSED, noticedMs };
  const { pid: nextPid, delayMs } = recreated.told;
  const zeroMs = killedMs + delayMs;
  const runningMs = (await agentRuns(nextPid)) - zeroMs;
  await told(log, 'session.ready', (next) => next.pid === nextPid);
  return { noticedMs, replacedMs: recreated.atMs - zeroMs, runningMs };
}

function agentOf(log: Log, session: string): Of<'session.ready'> {
  const ready = log.all.findLast(
    (one) => isOf(one, 'session.ready') && one.told.session === session,
  );
  if (ready?.told.event !== 'session.ready') throw new Error(`${session} was never ready`);
  return ready.told;
}

async function told<E extends LogEventName>(
  log: Log,
  event: E,
  fits: (told: Of<E>, atMs: number) => boolean,
): Promise<Arrival<Of<E>> | null> {
  const found = await log.find((one) => isOf(one, event) && fits(one.told, one.atMs));
  return found !== null && isOf(found, event) ? found : null;
}

function isOf<E extends LogEventName>(
  arrival: Arrival<LogEvent>,
  event: E,
): arrival is Arrival<Of<E>> {
  return arrival.told.event === event;
}

function serverOf(pool: TestPool): number {
  return Number(pool.tmux('display-message', '-p', '#{pid}'));
}

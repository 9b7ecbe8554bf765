import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeTestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';
import { agentRuns, DEMO_AGENT } from './agent-runs.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { type Contestant, MISSED, type Trial } from './contestant.ts';
import { forkPoller } from './forked-poller.ts';
import { monotonicMs } from './monotonic.ts';
import type { Pm2Task, Pm2Told } from './pm2-messages.ts';

const BOOT_MS = 300_000;

/** A pm2 of its own that keeps the same agents, each as an app: without tmux, and so without a terminal. */
export async function startPm2Pool(size: number): Promise<Contestant> {
  const { dir, env, config } = makeTestPool();
  const home = config.accounts[0]?.home ?? '';
  const mode = config.agent.permissionMode;
  const task: Pm2Task = {
    sessions: Array.from({ length: size }, (_, i) => `pm2-${11 + i}`),
    workdir: config.pool.autonomous.workdir,
    home,
    agent: [process.execPath, DEMO_AGENT, '--permission-mode', mode],
  };
  const words = createArrivals<Pm2Told>();
  const begunMs = monotonicMs();
  const { isUp } = forkPoller<Pm2Told>('pm2-hearer', {
    task,
    // It would ask a server on the internet for its newest version.
    env: { ...env, PM2_HOME: join(dir, 'pm2'), PM2_DISABLE_VERSION_CHECK: '1' },
    hear: words.hear,
  });
  await isUp;
  const god = await heard(words, 'god', () => true);
  if (god === null) throw new Error('pm2 did not come up');
  const pool: Pool = { words, home };
  for (const session of task.sessions) await atItsPrompt(pool, agentOf(pool, session));
  return {
    sessions: task.sessions,
    createdMs: monotonicMs() - begunMs,
    pid: god.pid,
    processes: [god.pid],
    forks: () => null,
    work: async () => {},
    rest: async () => {},
    kill: (session) => sendSignal(pool, session),
  };
}

interface Pool {
  readonly words: Arrivals<Pm2Told>;
  readonly home: string;
}

async function sendSignal(pool: Pool, session: string): Promise<Trial> {
  const pid = agentOf(pool, session);
  const killedMs = monotonicMs();
  process.kill(pid, 'SIGKILL');
  const isNext = (told: Of<'exit'> | Of<'online'>): boolean =>
    told.session === session && told.atMs > killedMs;
  const exit = await heard(pool.words, 'exit', isNext);
  if (exit === null) return MISSED;
  const noticedMs = exit.atMs - killedMs;
  const online = await heard(pool.words, 'online', isNext);
  if (online === null) return { ...MISSED, noticedMs };
  const runningMs = (await agentRuns(online.pid)) - killedMs;
  await atItsPrompt(pool, online.pid);
  return { noticedMs, replacedMs: online.atMs - killedMs, runningMs };
}

type Of<K extends Pm2Told['kind']> = Extract<Pm2Told, { kind: K }>;

async function heard<K extends Pm2Told['kind']>(
  words: Arrivals<Pm2Told>,
  kind: K,
  fits: (told: Of<K>) => boolean,
): Promise<Of<K> | null> {
  const isIt = (told: Pm2Told): told is Of<K> => told.kind === kind && fits(told as Of<K>);
  const found = await words.find(({ told }) => isIt(told));
  return found !== null && isIt(found.told) ? found.told : null;
}

function agentOf({ words }: Pool, session: string): number {
  const last = words.all.findLast(({ told }) => told.kind === 'online' && told.session === session);
  if (last?.told.kind !== 'online') throw new Error(`${session} was never started`);
  return last.told.pid;
}

/** Its status file is written when it is. */
async function atItsPrompt({ home }: Pool, pid: number): Promise<void> {
  await until(() => existsSync(join(home, 'sessions', `${pid}.json`)), {
    withinMs: BOOT_MS,
    what: `agent ${pid} to be at its prompt`,
  });
}

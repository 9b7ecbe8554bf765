import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';
import { agentRuns, DEMO_AGENT } from './agent-runs.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { type Contestant, MISSED, type Trial } from './contestant.ts';
import { forkPoller } from './forked-poller.ts';
import { monotonicMs } from './monotonic.ts';
import type { PollerTask, Told } from './poller-messages.ts';

export interface UsualPool extends Contestant {
  /** How long each look at all sessions took. */
  readonly sweepsMs: () => readonly number[];
}

interface Poller {
  readonly task: PollerTask;
  readonly words: Arrivals<Told>;
}

const BOOT_MS = 300_000;

/** The poller with a pool of the same agents on a tmux server of its own, all at their prompts. It rests. */
export async function startUsualPool(size: number): Promise<UsualPool> {
  const place = makeTestPool();
  const poller: Poller = { task: taskIn(place, size), words: createArrivals() };
  const { sessions } = poller.task;
  const begunMs = monotonicMs();
  const { pid, order } = forkPoller<Told>('poller', {
    task: poller.task,
    env: place.env,
    hear: poller.words.hear,
  });
  await order('sweep');
  for (const session of sessions) await atItsPrompt(poller, agentOf(poller, session));
  const createdMs = monotonicMs() - begunMs;
  await order('rest');
  const looks = () => toldOf(poller, 'looked');
  return {
    sessions,
    createdMs,
    pid,
    processes: [pid, Number(place.tmux('display-message', '-p', '#{pid}'))],
    forks: () => looks().reduce((sum, { forks }) => sum + forks, 0),
    sweepsMs: () => looks().map(({ durationMs }) => durationMs),
    work: () => order('sweep'),
    rest: () => order('rest'),
    kill: (session) => sendSignal(poller, session),
  };
}

function taskIn({ socketPath, config }: TestPool, size: number): PollerTask {
  const [account] = config.accounts;
  return {
    socket: socketPath,
    sessions: Array.from({ length: size }, (_, i) => `usual-${11 + i}`),
    workdir: config.pool.autonomous.workdir,
    home: account?.home ?? '',
    agent: [process.execPath, DEMO_AGENT, '--permission-mode', config.agent.permissionMode],
  };
}

async function sendSignal(poller: Poller, session: string): Promise<Trial> {
  const pid = agentOf(poller, session);
  const killedMs = monotonicMs();
  process.kill(pid, 'SIGKILL');
  const noticed = await heard(poller, 'noticed', { session, killedMs });
  if (noticed === null) return MISSED;
  const noticedMs = noticed.atMs - killedMs;
  const replaced = await heard(poller, 'replaced', { session, killedMs });
  if (replaced === null) return { ...MISSED, noticedMs };
  const runningMs = (await agentRuns(replaced.pid)) - killedMs;
  await atItsPrompt(poller, replaced.pid);
  return { noticedMs, replacedMs: replaced.atMs - killedMs, runningMs };
}

type Of<K extends Told['kind']> = Extract<Told, { kind: K }>;

async function heard<K extends 'noticed' | 'replaced'>(
  { words }: Poller,
  kind: K,
  { session, killedMs }: { readonly session: string; readonly killedMs: number },
): Promise<Of<K> | null> {
  const isIt = (told: Told): told is Of<K> =>
    told.kind === kind && 'session' in told && told.session === session && told.atMs > killedMs;
  const found = await words.find(({ told }) => isIt(told));
  return found !== null && isIt(found.told) ? found.told : null;
}

function agentOf(poller: Poller, session: string): number {
  const last = toldOf(poller, 'replaced').findLast((told) => told.session === session);
  if (last === undefined) throw new Error(`${session} was never started`);
  return last.pid;
}

function toldOf<K extends Told['kind']>({ words }: Poller, kind: K): readonly Of<K>[] {
  return words.all.map(({ told }) => told).filter((told): told is Of<K> => told.kind === kind);
}

/** Its status file is written when it is. */
async function atItsPrompt({ task }: Poller, pid: number): Promise<void> {
  await until(() => existsSync(join(task.home, 'sessions', `${pid}.json`)), {
    withinMs: BOOT_MS,
    what: `agent ${pid} to be at its prompt`,
  });
}

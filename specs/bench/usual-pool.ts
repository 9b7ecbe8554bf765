import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compiledProgram } from '../harness/compiled.ts';
import { atEnd } from '../harness/scope.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';
import { agentRuns, DEMO_AGENT } from './agent-runs.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { type Contestant, MISSED, type Trial } from './contestant.ts';
import { monotonicMs } from './monotonic.ts';
import type { Order, PollerTask, Told } from './poller-messages.ts';

export interface UsualPool extends Contestant {
  /** How long each look at all sessions took. */
  readonly sweepsMs: () => readonly number[];
}

interface Poller {
  readonly task: PollerTask;
  readonly child: ChildProcess;
  readonly words: Arrivals<Told>;
}

const BOOT_MS = 300_000;

/** The poller with a pool of the same agents on a tmux server of its own, all at their prompts. It rests. */
export async function startUsualPool(size: number): Promise<UsualPool> {
  const place = makeTestPool();
  const poller = startPoller(taskIn(place, size), place.env);
  const { sessions } = poller.task;
  await order(poller, 'sweep');
  for (const session of sessions) await atItsPrompt(poller, agentOf(poller, session));
  await order(poller, 'rest');
  const pid = poller.child.pid ?? -1;
  const swept = () => toldOf(poller, 'swept');
  return {
    sessions,
    pid,
    processes: [pid, Number(place.tmux('display-message', '-p', '#{pid}'))],
    forks: () => swept().reduce((sum, { forks }) => sum + forks, 0),
    sweepsMs: () => swept().map(({ durationMs }) => durationMs),
    work: () => order(poller, 'sweep'),
    rest: () => order(poller, 'rest'),
    kill: (session) => killAgent(poller, session),
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

function startPoller(task: PollerTask, env: NodeJS.ProcessEnv): Poller {
  const program = compiledProgram('specs/bench/poller');
  const child = fork(program, [JSON.stringify(task)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  atEnd(async () => {
    // Without us it ends by itself, and its server with it.
    if (child.connected) child.disconnect();
    await exited;
  });
  const words = createArrivals<Told>();
  child.on('message', (told: Told) => words.hear(told));
  return { task, child, words };
}

/** Resolves when the order is carried out: a sweep was done since, or none will be. */
async function order({ child, words }: Poller, order: Order): Promise<void> {
  const sinceMs = monotonicMs();
  const kind = order === 'sweep' ? 'swept' : 'resting';
  child.send(order);
  const done = await words.find(({ told, atMs }) => told.kind === kind && atMs > sinceMs, BOOT_MS);
  if (done === null) throw new Error(`the poller does not ${order}`);
}

async function killAgent(poller: Poller, session: string): Promise<Trial> {
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

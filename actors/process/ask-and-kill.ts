import { setTimeout as sleep } from 'node:timers/promises';
import { FailoverError } from '../../config/errors.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { isAlive } from './identity.ts';

/** How long a process may take to go after SIGKILL: only one stuck in the kernel needs longer. */
const KILL_WAIT_MS = 5_000;
const POLL_FIRST_MS = 5;
const POLL_MAX_MS = 50;

/** SIGTERM to those that live, then waits until all are gone or the grace is over. */
export async function askAll(
  processes: readonly ProcessIdentity[],
  graceMs: number,
): Promise<void> {
  signalAll(processes, 'SIGTERM');
  await allGone(processes, graceMs);
}

/** SIGKILL to those that live. Resolves once all are gone; rejects with `AGENT_WILL_NOT_DIE` and the pid of one that is not. */
export async function killAll(processes: readonly ProcessIdentity[]): Promise<void> {
  signalAll(processes, 'SIGKILL');
  const survivors = await allGone(processes, KILL_WAIT_MS);
  const [survivor] = survivors;
  if (!survivor) return;
  throw new FailoverError(
    'AGENT_WILL_NOT_DIE',
    `process ${survivor.pid} is still alive ${KILL_WAIT_MS} ms after SIGKILL`,
    { pid: survivor.pid, startTime: survivor.startTime, survivors: survivors.length },
  );
}

/** Sends a signal to those of them that live: never to another process that has one's pid by now. */
export function signalAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const target of processes.filter(isAlive)) signalOne(target.pid, signal);
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in between, or not ours to signal: the wait that follows tells which.
  }
}

/** Polls until none is alive or the time is over; returns those that still are. */
async function allGone(
  processes: readonly ProcessIdentity[],
  withinMs: number,
): Promise<readonly ProcessIdentity[]> {
  const deadline = performance.now() + withinMs;
  let alive = processes.filter(isAlive);
  for (let waitMs = POLL_FIRST_MS; alive.length > 0; waitMs = Math.min(waitMs * 2, POLL_MAX_MS)) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) break;
    await sleep(Math.min(waitMs, leftMs));
    alive = alive.filter(isAlive);
  }
  return alive;
}

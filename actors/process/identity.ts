import type { ProcessIdentity } from '../../machines/ports.ts';
import { isRunning, readStat } from './stat.ts';

/** The running process with this pid, named for ever; null when none runs (a zombie does not). */
export function identify(pid: number): ProcessIdentity | null {
  const stat = readStat(pid);
  return stat && isRunning(stat) ? { pid, startTime: stat.startTime } : null;
}

/** Whether this very process runs: a later one with the same pid is another. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return identify(pid)?.startTime === startTime;
}

import type { ProcessIdentity } from '../../machines/ports.ts';
import { isRunning, readStat } from '../process/stat.ts';

/**
 * The process of a pane while it runs, else null. It is a child of the tmux server; a later process
 * that was given its pid is not.
 */
export function paneAgent(pid: number, server: ProcessIdentity): ProcessIdentity | null {
  const stat = readStat(pid);
  if (!(stat && isRunning(stat) && stat.parent === server.pid)) return null;
  return { pid, startTime: stat.startTime };
}

/**
 * The identity of a process just started. It may have ended already: as long as tmux has not reaped it
 * the kernel still knows its start time, afterwards `startTime` is '', which no living process has.
 */
export function bornAgent(pid: number): ProcessIdentity {
  return { pid, startTime: readStat(pid)?.startTime ?? '' };
}

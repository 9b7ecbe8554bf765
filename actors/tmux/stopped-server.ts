import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { readStat } from '../process/stat.ts';
import { OWNER_VARIABLE } from './clean-env.ts';
import { serversAt } from './servers-at.ts';

/**
 * Lets a server go on that somebody has stopped (`kill -STOP`), if it was started by a client of ours; true if
 * it did. A debugger's is left to it, and so is one that an operator has started. Nothing is ever killed.
 */
export function continueStopped(server: ProcessIdentity): boolean {
  const stat = readStat(server.pid);
  if (stat?.state !== 'T' || stat.startTime !== server.startTime) return false;
  if (!wasStartedByUs(server.pid)) return false;
  process.kill(server.pid, 'SIGCONT');
  return true;
}

/** The same for whichever listens at this socket path. Never throws: who cannot look now is asked again. */
export function continueStoppedAt(socketPath: string): void {
  try {
    for (const server of serversAt(socketPath)) continueStopped(server);
  } catch {
    // No file descriptor is left to look, or it has just ended.
  }
}

/** What a server was born with stays there to be read, although it is told to forget it. */
function wasStartedByUs(pid: number): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return environment.some((entry) => entry.startsWith(`${OWNER_VARIABLE}=`));
  } catch {
    return false;
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessPort } from '../../machines/ports.ts';

/**
 * Pids of the clients that run on an account home, by their `sessions/PID.json`. A file whose process
 * cannot be told from a later one with the same pid counts as alive: unknown is not gone.
 */
export function livingAgents(
  home: string,
  processes: Pick<ProcessPort, 'identify'>,
): readonly number[] {
  const directory = join(home, 'sessions');
  return sessionPids(directory).filter((pid) => {
    const running = processes.identify(pid);
    if (running === null) return false;
    const started = startTimeIn(join(directory, `${pid}.json`));
    return started === null || started === running.startTime;
  });
}

function sessionPids(directory: string): readonly number[] {
  return entriesOf(directory).flatMap((name) => {
    const pid = /^([1-9]\d*)\.json$/.exec(name)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    // A home no client ever ran on.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

// The client does not write it atomically: half a file says nothing.
function startTimeIn(file: string): string | null {
  try {
    const status: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof status === 'object' && status !== null && 'procStart' in status
      ? String(status.procStart)
      : null;
  } catch {
    return null;
  }
}

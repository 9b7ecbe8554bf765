/** What the command line asks about processes, and ends of them: only what it started itself. */
import { tmuxServerPid } from '../actors/doctor/tmux-facts.ts';
import { endProcess } from '../actors/process/end.ts';
import { identify, isAlive } from '../actors/process/identity.ts';
import type { ProcessIdentity } from '../machines/ports.ts';

export type { ProcessIdentity };
export { identify, isAlive };

/** Asks whether the process that now has this pid still runs: another with its pid later does not count. */
export function runningProcess(pid: number | null): () => boolean {
  const process = pid === null ? null : identify(pid);
  return () => process !== null && isAlive(process);
}

const GRACE_MS = 1000;

/** Ends the tmux server on a socket, and all that runs in it. Resolves once they are gone. */
export async function endTmuxServer(socket: string, env: NodeJS.ProcessEnv): Promise<void> {
  const pid = await tmuxServerPid(socket, env);
  const server = pid === null ? null : identify(pid);
  if (server !== null) await endProcess(server, GRACE_MS);
}

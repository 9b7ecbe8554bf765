import type { ProcessIdentity } from '../../machines/ports.ts';
import { askAll, killAll, signalAll } from './ask-and-kill.ts';
import { descendantsOf } from './descendants.ts';
import { isAlive } from './identity.ts';

/**
 * Ends a process and all that is below it, whatever that is: a tmux server with its panes, a client. Its
 * children are noted while it lives and ended after it, each by pid and start time.
 *
 * Resolves when all are confirmed gone, at once when the process already was. Rejects with
 * `AGENT_WILL_NOT_DIE` and the pid that survived SIGKILL.
 */
export async function endProcess(process: ProcessIdentity, graceMs: number): Promise<void> {
  if (!isAlive(process)) return;
  const left = await endItself(process, graceMs, descendantsOf);
  await askAll(left, graceMs);
  await killAll(left);
}

/**
 * Ends the process alone: SIGTERM, then SIGKILL after `graceMs`. Resolves, once it is gone, with what it had
 * started as `startedBy` told while it lived, which is not ended. Rejects as `endProcess`.
 */
export async function endItself(
  process: ProcessIdentity,
  graceMs: number,
  startedBy: (process: ProcessIdentity) => readonly ProcessIdentity[],
): Promise<readonly ProcessIdentity[]> {
  const before = startedBy(process);
  await askAll([process], graceMs);
  const since = isAlive(process) ? startedByStopped(process, startedBy) : [];
  await killAll([process]);
  return [...before, ...since];
}

/** A process that ignored SIGTERM may have started more since. Stopped, it cannot while we look and kill it. */
function startedByStopped(
  process: ProcessIdentity,
  startedBy: (process: ProcessIdentity) => readonly ProcessIdentity[],
): readonly ProcessIdentity[] {
  signalAll([process], 'SIGSTOP');
  return startedBy(process);
}

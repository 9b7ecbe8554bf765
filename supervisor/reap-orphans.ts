import type { LogEvent } from '../machines/log-events.ts';
import type { Observation, ProcessIdentity, TmuxPort } from '../machines/ports.ts';
import type { OrphanedLease, TaskStore } from '../machines/tasks.ts';

export interface ReapParts {
  readonly tasks: Pick<TaskStore, 'orphans' | 'reap'>;
  /** The names of our sessions: their leases are their machines' affair. */
  readonly names: readonly string[];
  readonly isAlive: (process: ProcessIdentity) => boolean;
  readonly observe: TmuxPort['observe'];
  readonly bootId: string;
  readonly tell: (entry: LogEvent) => void;
}

/**
 * Queues tasks again that sessions of an earlier range hold, or of a daemon that is gone: only those
 * on which provably no agent works any more. Sessions outlive daemons, so that a lease that ran out is
 * no proof. Resolves with how many there were; rejects with what the store says.
 */
export async function reapOrphans(parts: ReapParts): Promise<number> {
  const orphans = await parts.tasks.orphans(parts.names);
  if (orphans.length === 0) return 0;
  const observation = await parts.observe(orphans.map(({ session }) => session));
  let reaped = 0;
  for (const orphan of orphans) {
    if (mayLive(orphan, observation, parts) || !(await parts.tasks.reap(orphan))) continue;
    reaped += 1;
    parts.tell(requeued(orphan));
  }
  return reaped;
}

/** By the last record, or in the pane: a daemon may have died before it recorded whom it started. */
function mayLive(
  { session, agent, bootId }: OrphanedLease,
  observation: Observation,
  { isAlive, bootId: thisBoot }: ReapParts,
): boolean {
  if (bootId !== thisBoot) return false;
  if (agent !== null && isAlive(agent)) return true;
  if (observation.kind !== 'seen') return observation.kind === 'unknown';
  return observation.sessions.some(({ name, pane }) => name === session && pane?.state === 'alive');
}

function requeued({ session, id: task }: OrphanedLease): LogEvent {
  const reason = `no daemon and no agent of ${session} works on it any more`;
  return { event: 'task.requeued', session, index: null, task, reason };
}

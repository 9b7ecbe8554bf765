import type { LogEvent } from '../machines/log-events.ts';
import type { Observation, ProcessIdentity, TmuxPort } from '../machines/ports.ts';
import type { OrphanedLease, TaskStore } from '../machines/tasks.ts';

/** What can be told of daemons and tmux servers beside our own. */
export interface Neighbourhood {
  /** The socket path of our tmux server. */
  readonly scope: string;
  /** Whether another daemon holds this session of that tmux server, or may do so. */
  readonly isSupervised: (scope: string, session: string) => boolean;
  /** Whether no tmux server serves that socket any more, for certain. */
  readonly isServerGone: (scope: string) => Promise<boolean>;
}

export interface ReapParts extends Neighbourhood {
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
 * that no daemon supervises, and on which provably no agent works any more. Sessions outlive daemons,
 * and a daemon may stand still longer than its leases last: a lease that ran out is no proof of either.
 * Resolves with how many there were; rejects with what the store says.
 */
export async function reapOrphans(parts: ReapParts): Promise<number> {
  const orphans = await parts.tasks.orphans(parts.names);
  if (orphans.length === 0) return 0;
  const observation = await parts.observe(orphans.map(({ session }) => session));
  let reaped = 0;
  for (const orphan of orphans) {
    if (await mayLive(orphan, observation, parts)) continue;
    // Last of all, so that a daemon that came meanwhile is seen: it renews its leases before anything else.
    if (parts.isSupervised(orphan.scope, orphan.session)) continue;
    const outcome = await parts.tasks.reap(orphan);
    if (outcome === null) continue;
    reaped += 1;
    parts.tell(reapedEntry(orphan, outcome));
  }
  return reaped;
}

/** By the last record, or in the pane: a daemon may have died before it recorded whom it started. */
async function mayLive(
  orphan: OrphanedLease,
  observation: Observation,
  { scope, isAlive, bootId: thisBoot, isServerGone }: ReapParts,
): Promise<boolean> {
  const { agent, bootId } = orphan;
  if (bootId !== '' && bootId !== thisBoot) return false;
  if (agent !== null && isAlive(agent)) return true;
  if (orphan.scope === scope) return mayRunIn(observation, orphan);
  // What runs on another server cannot be seen from here.
  return agent === null && !(await isServerGone(orphan.scope));
}

function mayRunIn(observation: Observation, { session, mark }: OrphanedLease): boolean {
  if (observation.kind !== 'seen') return observation.kind === 'unknown';
  return observation.sessions.some(
    (seen) =>
      seen.pane?.state === 'alive' &&
      (seen.name === session || (seen.mark !== null && seen.mark === mark)),
  );
}

function reapedEntry(
  { session, id: task }: OrphanedLease,
  outcome: 'queued' | 'dead' | 'cancelled',
): LogEvent {
  const about = { session, index: null, task };
  if (outcome === 'cancelled') return { event: 'task.cancelled', ...about };
  const reason = `no daemon and no agent of ${session} works on it any more`;
  return { event: outcome === 'dead' ? 'task.died' : 'task.requeued', ...about, reason };
}

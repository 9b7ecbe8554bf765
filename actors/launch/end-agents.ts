import type { ProcessIdentity, ProcessPort, SessionObservation } from '../../machines/ports.ts';
import { isOpen } from '../../machines/session/trouble-changes.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import { refuseTaken, refuseTypedIn, type TakenParts } from './refuse-taken.ts';
import { runs } from './session-as-it-is.ts';

export interface EndParts extends TakenParts {
  readonly processes: Pick<ProcessPort, 'end'>;
  /** How long an agent that must go may take before SIGKILL. */
  readonly graceMs: number;
}

interface Ending {
  /** What tmux has of the session. */
  readonly session: SessionObservation | null;
  readonly agents: readonly (ProcessIdentity | null)[];
}

/**
 * Ends the agents that a launch replaces, each confirmed gone; when one of them is somebody's, none. Rejects with
 * DELIVERY_POSTPONED then, or with AGENT_WILL_NOT_DIE.
 */
export async function endAll(
  parts: EndParts,
  request: LaunchRequest,
  { session, agents }: Ending,
): Promise<void> {
  const known = agents.filter((agent) => agent !== null);
  for (const agent of known) await refuseSomebodys(parts, request, { session, agent });
  for (const agent of known) await parts.processes.end(agent, parts.graceMs);
}

/**
 * Only a living agent in its pane can be somebody's; and only a task, a move away from a healthy agent, or one away
 * from trouble in a person's own session, can wait.
 */
async function refuseSomebodys(
  parts: EndParts,
  { reason, task, isPersons, facts: { name: session, trouble } }: LaunchRequest,
  { session: seen, agent }: Pick<Ending, 'session'> & { readonly agent: ProcessIdentity },
): Promise<void> {
  const canWait = reason === 'move' || (reason === 'task' && task !== null);
  if (seen === null || !runs(seen, agent)) return;
  if (canWait) return await refuseTaken(parts, { session, agent, reason });
  if (reason !== 'failover' || !isPersons || !isOpen(trouble)) return;
  await refuseTypedIn(parts, { session, agent, since: trouble.evidence.at });
}

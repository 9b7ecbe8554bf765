import { FailoverError } from '../../config/errors.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { Adopted, AdoptRequest } from '../../machines/session/types.ts';
import type { LaunchParts } from './launch-agent.ts';

/**
 * The verb `session adopt`: an operator's session that has a name of the pool becomes ours. As it is
 * only when the client runs in it, for anything else would never be ready and would be ended; with
 * `restart` whatever runs in its active pane is to be replaced.
 *
 * An agent of ours from before is confirmed dead first, for nothing would look for it any more.
 *
 * Rejects with CONFLICT when no client runs there and no restart was asked for, with
 * AGENT_WILL_NOT_DIE, or with what tmux says.
 */
export async function adoptSession(
  { tmux, agent, processes, graceMs }: LaunchParts,
  { session, mark, previous, restart }: AdoptRequest,
): Promise<Adopted> {
  const pane = await tmux.activePane(session);
  const status = await agent.status(pane.agent);
  if (status === null && !restart) {
    throw new FailoverError(
      'CONFLICT',
      `no client of a configured account runs in ${session}; to replace what runs there: claude-failover session adopt ${session} --restart`,
      { session },
    );
  }
  const isInThisPane = isSameProcess(pane.agent, previous);
  if (previous !== null && !isInThisPane) await processes.end(previous, graceMs);
  return { pane: await tmux.adopt(session, mark), status, restart };
}

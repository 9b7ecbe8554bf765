import { FailoverError } from '../../config/errors.ts';
import type { AgentStatus, Pane } from '../../machines/ports.ts';
import type { Adopted, AdoptRequest } from '../../machines/session/types.ts';
import type { LaunchParts } from './launch-agent.ts';

/**
 * The verb `session adopt`: an operator's session that has a name of the pool becomes ours. As it is
 * only when the client runs in it, for anything else would never be ready and would be ended; with
 * `restart` whatever runs in its active pane is to be replaced.
 *
 * Rejects with CONFLICT when no client runs there and no restart was asked for.
 */
export async function adoptSession(
  { tmux, agent, accounts }: LaunchParts,
  { session, mark, restart }: AdoptRequest,
): Promise<Adopted> {
  const pane = await tmux.activePane(session);
  const status = await statusOf(agent, accounts, pane);
  if (status === null && !restart) {
    throw new FailoverError(
      'CONFLICT',
      `no client of a configured account runs in ${session}; to replace what runs there: claude-failover session adopt ${session} --restart`,
      { session },
    );
  }
  return { pane: await tmux.adopt(session, mark), status, restart };
}

async function statusOf(
  agent: LaunchParts['agent'],
  accounts: LaunchParts['accounts'],
  pane: Pane,
): Promise<AgentStatus | null> {
  for (const { name } of accounts) {
    const status = await agent.status(pane.agent, name);
    if (status !== null) return status;
  }
  return null;
}

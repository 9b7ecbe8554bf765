import type { DeathCause, ProcessIdentity } from '../ports.ts';

/**
 * How an agent ended that is in no pane of this server. A process is never older than its parent: one that
 * was there before the server had another one, and that is gone with all it ran. Start times are those of one
 * boot; where one is not known, only that the agent is gone is.
 */
export function causeOfAbsence(agent: ProcessIdentity, server: ProcessIdentity): DeathCause {
  const isOlder = Number.parseInt(agent.startTime, 10) < Number.parseInt(server.startTime, 10);
  return { kind: isOlder ? 'server_lost' : 'vanished' };
}

import type { AgentPort, Presence, ProcessIdentity, TmuxPort } from '../../machines/ports.ts';
import { obstacleInPresence, obstacleInStatus, undelivered } from '../deliver/look.ts';

export interface TakenParts {
  readonly tmux: Pick<TmuxPort, 'presence'>;
  readonly agent: Pick<AgentPort, 'status'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * A task may have waited for its launch, and somebody may have come meanwhile: rejects with
 * `DELIVERY_POSTPONED` when a person is at work at the session, or when its agent does something. An
 * agent that says nothing is nobody's: none can be at work with it.
 */
export async function refuseTaken(
  { tmux, agent, now }: TakenParts,
  session: string,
  previous: ProcessIdentity,
): Promise<void> {
  const presences = await tmux.presence([session]).catch(() => new Map<string, Presence>());
  const status = await agent.status(previous);
  const obstacle =
    obstacleInPresence(presences.get(session) ?? null, now()) ??
    (status === null ? null : obstacleInStatus(status));
  if (obstacle !== null) throw undelivered('DELIVERY_POSTPONED', session, obstacle);
}

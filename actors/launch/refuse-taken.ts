import type {
  AgentPort,
  AgentStatus,
  Presence,
  ProcessIdentity,
  TmuxPort,
} from '../../machines/ports.ts';
import type { LaunchReason } from '../../machines/session/types.ts';
import { obstacleInPresence, obstacleInStatus, undelivered } from '../deliver/look.ts';

/** The client tells by its hook that its turn is over, and says so in its status some 50 to 200 ms later. */
const STILL_BUSY_MS = 1_000;
const LOOK_EVERY_MS = 25;
const NEVER = new AbortController().signal;

export interface TakenParts {
  readonly tmux: Pick<TmuxPort, 'presence'>;
  readonly agent: Pick<AgentPort, 'status'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Whose agent is to end, and why. */
export interface Taking {
  readonly session: string;
  readonly agent: ProcessIdentity;
  readonly reason: LaunchReason;
}

/**
 * A launch may have waited, and somebody may have come meanwhile: rejects with `DELIVERY_POSTPONED` when
 * a person is at work at the session, or when its agent does something and goes on with it for a second.
 * An agent that says nothing is nobody's where a task is to run: none can be at work with it. One that
 * would only change its account stays then, as what it does is not known.
 */
export async function refuseTaken(
  { tmux, agent, now, sleep }: TakenParts,
  { session, agent: taken, reason }: Taking,
): Promise<void> {
  const presences = await tmux.presence([session]).catch(() => new Map<string, Presence>());
  const status = await lastWord(() => agent.status(taken), sleep);
  const isNobodys = status === null && reason === 'task';
  const obstacle =
    obstacleInPresence(presences.get(session) ?? null, now()) ??
    (isNobodys ? null : obstacleInStatus(status));
  if (obstacle !== null) throw undelivered('DELIVERY_POSTPONED', session, obstacle);
}

async function lastWord(
  read: () => Promise<AgentStatus | null>,
  sleep: TakenParts['sleep'],
): Promise<AgentStatus | null> {
  let status = await read();
  for (let ms = 0; status?.status === 'busy' && ms < STILL_BUSY_MS; ms += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS, NEVER);
    status = await read();
  }
  return status;
}

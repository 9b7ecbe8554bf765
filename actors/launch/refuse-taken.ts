import { isTypedIn } from '../../machines/policy/people.ts';
import type {
  AgentPort,
  AgentStatus,
  Presence,
  ProcessIdentity,
  TmuxPort,
} from '../../machines/ports.ts';
import type { LaunchReason } from '../../machines/session/types.ts';
import { obstacleInPresence, obstacleInStatus, undelivered } from '../deliver/look.ts';
import { lookUntil, type Patience } from './look-until.ts';

/** The client tells by its hook that its turn is over, and says so in its status some 50 to 200 ms later. */
const STILL_BUSY_MS = 1_000;

export interface TakenParts {
  readonly tmux: Pick<TmuxPort, 'presence'>;
  readonly agent: Pick<AgentPort, 'status'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: Patience['sleep'];
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
  const presence = await presenceAt(tmux, session);
  const status = await lastWord(() => agent.status(taken), sleep);
  const isNobodys = status === null && reason === 'task';
  const obstacle =
    obstacleInPresence(presence, now()) ?? (isNobodys ? null : obstacleInStatus(status));
  if (obstacle !== null) throw undelivered('DELIVERY_POSTPONED', session, obstacle);
}

/**
 * The same for the agent of a person's own session that cannot go on since then, epoch milliseconds: rejects with
 * `DELIVERY_POSTPONED` when they type there, or may, or when a turn runs. What it says otherwise keeps it from nothing.
 */
export async function refuseTypedIn(
  { tmux, agent, now, sleep }: TakenParts,
  { session, agent: taken, since }: Omit<Taking, 'reason'> & { readonly since: number },
): Promise<void> {
  const presence = await presenceAt(tmux, session);
  const status = await lastWord(() => agent.status(taken), sleep);
  const showsDialog = status?.status === 'waiting' && status.waitingFor === 'dialog open';
  const isTyped = presence === null || isTypedIn(presence, { since, showsDialog }, now());
  if (!isTyped && status?.status !== 'busy') return;
  const why = isTyped ? 'a person is at work there, or may be' : 'the agent is busy';
  throw undelivered('DELIVERY_POSTPONED', session, why);
}

/** Who is there; null = nobody knows. */
async function presenceAt(tmux: TakenParts['tmux'], session: string): Promise<Presence | null> {
  const presences = await tmux.presence([session]).catch(() => new Map<string, Presence>());
  return presences.get(session) ?? null;
}

/** What it says once its turn is over, or for as long as that is waited for. */
function lastWord(
  read: () => Promise<AgentStatus | null>,
  sleep: TakenParts['sleep'],
): Promise<AgentStatus | null> {
  const isOver = (said: AgentStatus | null) => said?.status !== 'busy';
  return lookUntil(read, isOver, { withinMs: STILL_BUSY_MS, sleep });
}

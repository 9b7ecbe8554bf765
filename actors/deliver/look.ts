import { FailoverError } from '../../config/errors.ts';
import { isAtWork } from '../../machines/policy/people.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type {
  AgentPort,
  AgentStatus,
  Observation,
  Presence,
  ProcessIdentity,
  TmuxPort,
} from '../../machines/ports.ts';

/** What a delivery acts through. */
export interface DeliverParts {
  readonly tmux: Pick<TmuxPort, 'observe' | 'presence' | 'paste' | 'pressEnter'>;
  readonly agent: Pick<AgentPort, 'status' | 'writePaste' | 'hasTranscript'>;
  /** The text of a task, without its header line; null when there is no such task. */
  textOf(id: string): Promise<string | null>;
  /** What an agent is told that goes on with a task. */
  readonly resumePrompt: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Rejects once it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The agent that is to get something, and the session in which it is expected. */
export interface Receiver {
  readonly session: string;
  readonly agent: ProcessIdentity;
}

/** How things stand where something is to be typed. */
export interface Look {
  /** The pane in which this very agent lives; null when it does not, or tmux does not tell. */
  readonly paneId: string | null;
  /** null = the agent does not say. */
  readonly status: AgentStatus | null;
  /** null = nobody knows who is there. */
  readonly presence: Presence | null;
}

/** Looks at tmux and then at what the agent says: that is what changes soonest. A tmux that hangs tells nothing. */
export async function lookAt({ tmux, agent }: DeliverParts, receiver: Receiver): Promise<Look> {
  const { session } = receiver;
  const [observation, presences] = await Promise.all([
    tmux.observe([session]),
    tmux.presence([session]).catch(() => new Map<string, Presence>()),
  ]);
  const status = await agent.status(receiver.agent);
  const paneId = paneOf(observation, receiver);
  return { paneId, status, presence: presences.get(session) ?? null };
}

/**
 * Why nothing may be typed there now; null = it may. Whoever is not known to be away is there, and
 * what is not known to be at its prompt may ask something, which any key would answer.
 */
export function obstacleIn({ paneId, status, presence }: Look, now: number): string | null {
  if (paneId === null) return 'the agent is not seen in its pane';
  return obstacleInPresence(presence, now) ?? obstacleInStatus(status);
}

/** Why a person may be disturbed there; null = nobody is at work. */
export function obstacleInPresence(presence: Presence | null, now: number): string | null {
  if (presence === null) return 'it is not known who is at the session';
  return isAtWork(presence, now) ? 'a person is at work there' : null;
}

/** Why the agent is not known to be at its prompt; null = it is, whether or not a shell of it runs on. */
export function obstacleInStatus(status: AgentStatus | null): string | null {
  if (status?.status === 'idle' || status?.status === 'shell') return null;
  return status === null ? 'the agent does not say what it does' : `the agent is ${status.status}`;
}

/** An error of a delivery that is not to be typed, or was not sent off. */
export function undelivered(
  code: 'DELIVERY_POSTPONED' | 'DELIVERY_FAILED',
  session: string,
  why: string,
): FailoverError {
  return new FailoverError(code, `${session}: ${why}`, { session, why });
}

function paneOf(observation: Observation, { session, agent }: Receiver): string | null {
  if (observation.kind !== 'seen') return null;
  const found = observation.sessions.find(({ name }) => name === session);
  // An operator may have taken it for themselves.
  const pane = found?.mark == null ? null : found.pane;
  if (pane?.state !== 'alive') return null;
  return isSameProcess(pane.agent, agent) ? pane.paneId : null;
}

/** The later of two times; null = never. */
export function newest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

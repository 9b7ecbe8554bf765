import type { Slot } from '../config/slots.ts';
import { causeOfAbsence } from '../machines/policy/absence.ts';
import { isSameProcess } from '../machines/policy/process-identity.ts';
import type {
  DeathCause,
  Observation,
  SessionFacts,
  SessionObservation,
} from '../machines/ports.ts';
import type { SessionStart } from '../machines/session/types.ts';

type Listed = Exclude<Observation, { kind: 'unknown' }>;

/**
 * How a session begins when the daemon does: what the store remembers against what tmux shows.
 * Living agents of ours are adopted, never restarted; a death that nobody saw is recorded now.
 *
 * @param facts       what the store remembers of it; null for a session never seen before
 * @param observation a listing that succeeded (`seen`), or a server that is not there
 */
export function planBoot(
  slot: Slot,
  facts: SessionFacts | null,
  observation: Listed,
): SessionStart {
  if (facts?.failed != null) return { kind: 'failed' };
  const sessions = observation.kind === 'seen' ? observation.sessions : [];
  const session = sessions.find(({ name }) => name === slot.name);
  const elsewhere = sessions.find((other) => other.name !== slot.name && isOfOurs(other, facts));
  if (facts?.held) return { kind: 'held', pane: livingPane(elsewhere ?? session) };
  if (elsewhere !== undefined) return { kind: 'renamed' };
  if (session === undefined) {
    return died(facts, absence(facts, observation));
  }
  return startBeside(session, facts, observation);
}

/**
 * Our session under another name, with the agent that we know in it (or one of an unfinished launch), or another
 * session to which an operator has moved the pane of that agent.
 */
function isOfOurs({ mark, pane }: SessionObservation, facts: SessionFacts | null): boolean {
  if (facts === null || pane?.state !== 'alive') return false;
  if (isSameProcess(facts.agent, pane.agent)) return mark === facts.mark || mark === null;
  return facts.agent === null && mark === facts.mark;
}

function startBeside(
  session: SessionObservation,
  facts: SessionFacts | null,
  observation: Listed,
): SessionStart {
  const { mark, pane } = session;
  if (mark === null) return { kind: 'blocked' };
  if (pane === null) return died(facts, absence(facts, observation));
  if (pane.state === 'alive') return { kind: 'adopt', pane, mark };
  return died(facts, pane.cause, pane.lastScreen);
}

/** How the agent ended that is in no pane. */
function absence(facts: SessionFacts | null, observation: Listed): DeathCause {
  if (observation.kind === 'server_lost') return { kind: 'server_lost' };
  return facts?.agent == null
    ? { kind: 'vanished' }
    : causeOfAbsence(facts.agent, observation.server);
}

/** A death that an earlier daemon had already recorded (no agent in the facts) is not counted twice. */
function died(
  facts: SessionFacts | null,
  cause: Extract<SessionStart, { kind: 'died' }>['death']['cause'],
  lastScreen = '',
): SessionStart {
  if (facts?.agent == null) return { kind: 'launch' };
  return { kind: 'died', death: { pid: facts.agent.pid, cause, lastScreen } };
}

function livingPane(session: SessionObservation | undefined) {
  return session?.pane?.state === 'alive' ? session.pane : null;
}

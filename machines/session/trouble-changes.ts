/** What a session knows of the last turn that ended in trouble with its account, as pure functions. */
import type { Evidence } from '../accounts.ts';
import { evidenceOf, troubleOf } from '../policy/trouble.ts';
import type { AgentStatus, SessionTrouble } from '../ports.ts';
import type { TurnOutcome } from '../signals.ts';
import type { Change } from './context.ts';
import type { SessionContext, SessionEvent } from './types.ts';

/**
 * A hook and the transcript tell of one end within this time, as one may not name the prompt; no other turn
 * can have begun and ended meanwhile.
 */
const SAME_END_MS = 2000;

/** Whether this end of a turn speaks of the account, not of the turn: its task goes on. */
export function isTrouble(outcome: TurnOutcome | null): boolean {
  return outcome?.kind === 'failed' && troubleOf(outcome) !== null;
}

/** The trouble that this end of a turn of the session's conversation tells of; null = none, or none that is news. */
export function newTrouble(
  { trouble: known, slot, conversation, movingFrom, account }: SessionContext,
  outcome: TurnOutcome | null,
): SessionTrouble | null {
  const trouble = outcome?.kind === 'failed' ? troubleOf(outcome) : null;
  if (outcome?.kind !== 'failed' || trouble === null) return null;
  const evidence = evidenceOf(outcome, { session: slot.name, conversation });
  if (known !== null && isSameEnd(known.evidence, evidence)) return null;
  return { trouble, evidence, account: movingFrom ?? account, isOver: false };
}

/** Whether both were recorded of the same end of the same turn. */
function isSameEnd(known: Evidence, told: Evidence): boolean {
  if (known.prompt !== null && told.prompt !== null) return known.prompt === told.prompt;
  return known.conversation === told.conversation && Math.abs(told.at - known.at) < SAME_END_MS;
}

/** A trouble after which nothing has gone on yet. */
export function isOpen(trouble: SessionTrouble | null): trouble is SessionTrouble {
  return trouble !== null && !trouble.isOver;
}

/** Its agent lives but cannot go on with the task where it is. */
export function isStuck({ agent, task, trouble }: SessionContext): boolean {
  return agent !== null && task !== null && isOpen(trouble);
}

/** It has gone on, or what comes next is another turn. */
export function troubleOver({ trouble }: Pick<SessionContext, 'trouble'>) {
  return {
    trouble: isOpen(trouble) ? { ...trouble, isOver: true } : trouble,
  } as const satisfies Change;
}

/**
 * Its client goes on by itself, without a prompt: what it waited for is there, or what runs in the background
 * has woken it. A first `busy` right after the trouble can be a late word of the turn that ended in it.
 */
export function goesOnByItself(
  { trouble, said, chance }: SessionContext,
  { status }: Pick<AgentStatus, 'status'>,
): boolean {
  if (!isOpen(trouble) || status !== 'busy') return false;
  if (said?.status === 'waiting') return true;
  const sinceMs = Math.abs(chance.clock.now() - trouble.evidence.at);
  return (said?.status === 'idle' || said?.status === 'shell') && sinceMs >= SAME_END_MS;
}

/**
 * Whether this shows that its conversation goes on after the trouble: a prompt was taken, or a turn ended well.
 * Once the clock was set back, nobody knows what was before, so it counts.
 */
export function goesOnAfterTrouble(
  { trouble, conversation, chance }: Pick<SessionContext, 'trouble' | 'conversation' | 'chance'>,
  event: SessionEvent,
): boolean {
  if (!isOpen(trouble)) return false;
  if (event.type === 'turn.ended') {
    return event.conversation === conversation && event.outcome.kind === 'done';
  }
  if (event.type !== 'agent.prompted' || event.conversation !== conversation) return false;
  const { at } = trouble.evidence;
  return event.at === undefined || event.at > at || chance.clock.now() < at;
}

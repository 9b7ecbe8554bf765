/** One pass of the switcher: whatever can be decided now is told, until nothing is left to decide. */
import type { Presence, TmuxPort } from '../machines/ports.ts';
import type { SwitchAction, SwitchPlan } from './switch-facts.ts';

export interface SwitchOnceParts {
  /** What follows from how things stand now, and from who is at the sessions of which that was asked. */
  readonly plan: (presence: ReadonlyMap<string, Presence>) => SwitchPlan;
  readonly carryOut: (action: SwitchAction) => void;
  readonly presence: TmuxPort['presence'];
  /** Aborted when nothing is to be decided any more. */
  readonly signal: AbortSignal;
}

/** Each decision leads to one or two more at most: a plan that goes on and on is wrong. */
const ROUNDS = 100;

/**
 * Epoch milliseconds at which time alone will have changed something; null when it will not. Rejects with
 * what tmux says when it is asked who is at a session; what needs no such answer is done before.
 */
export async function switchOnce(parts: SwitchOnceParts): Promise<number | null> {
  const people = createAsking(parts.presence);
  for (let round = 0; round < ROUNDS; round++) {
    const { actions, askPresenceOf, lookAgainAt } = parts.plan(people.seen);
    if (parts.signal.aborted) return null;
    actions.forEach(parts.carryOut);
    const goesOn = actions.length > 0 || (await people.ask(askPresenceOf));
    if (!goesOn) return lookAgainAt;
  }
  throw new Error(`the plan of who changes the account still decides after ${ROUNDS} rounds`);
}

/** Who is at the sessions, each asked for once in a pass: of one that tmux does not know, it tells nothing. */
function createAsking(presence: TmuxPort['presence']) {
  const seen = new Map<string, Presence>();
  const asked = new Set<string>();
  return {
    seen,
    /** False when there was nobody left to ask for. */
    ask: async (sessions: readonly string[]): Promise<boolean> => {
      const unasked = sessions.filter((session) => !asked.has(session));
      if (unasked.length === 0) return false;
      for (const session of unasked) asked.add(session);
      for (const [session, its] of await presence(unasked)) seen.set(session, its);
      return true;
    },
  };
}

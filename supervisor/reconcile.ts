/**
 * Observe, plan, act: what differs between what we believe of each session and what tmux lists, as
 * a plan that can be printed and tested before anything is done. The plan never says more than the
 * listing proves: unknown is not gone.
 */
import { causeOfAbsence } from '../machines/policy/absence.ts';
import { isSameProcess } from '../machines/policy/process-identity.ts';
import type { Observation, Pane, PaneObservation, ProcessIdentity } from '../machines/ports.ts';
import type { Death } from '../machines/session/types.ts';

/** What we believe of one session when the listing was asked for. */
export interface Belief {
  readonly name: string;
  readonly mark: string;
  /** The agent we believe alive; null when none should be. */
  readonly agent: ProcessIdentity | null;
  /** The agent that the next launch ends: to see it alive is no news. */
  readonly previous: ProcessIdentity | null;
  /**
   * `settled`: compare it. `launching`: an effect is under way, its own result will tell.
   * `blocked`: the name was another's. `failed`: nothing is expected.
   */
  readonly phase: 'settled' | 'launching' | 'blocked' | 'failed';
}

export type Action =
  | { readonly kind: 'died'; readonly name: string; readonly death: Death }
  | { readonly kind: 'found'; readonly name: string; readonly pane: Pane; readonly mark: string }
  | {
      readonly kind: 'renamed';
      readonly name: string;
      readonly to: string;
      readonly agent: ProcessIdentity;
    }
  | { readonly kind: 'freed'; readonly name: string };

/** The difference between belief and observation, in the order of the beliefs. */
export function planReconcile(
  beliefs: readonly Belief[],
  observation: Observation,
): readonly Action[] {
  switch (observation.kind) {
    case 'unknown':
      return [];
    case 'server_lost':
      return beliefs.flatMap(lostWithServer);
    case 'seen':
      return beliefs.flatMap((belief) => compare(belief, observation));
  }
}

type Seen = Extract<Observation, { kind: 'seen' }>;
type Sessions = Seen['sessions'];

function lostWithServer(belief: Belief): readonly Action[] {
  if (belief.phase === 'blocked') return [{ kind: 'freed', name: belief.name }];
  return died(belief, { kind: 'server_lost' });
}

function compare(belief: Belief, seen: Seen): readonly Action[] {
  if (belief.phase === 'launching' || belief.phase === 'failed') return [];
  const session = seen.sessions.find(({ name }) => name === belief.name);
  if (session === undefined || session.mark === null) {
    return absent(belief, seen, session !== undefined);
  }
  if (session.pane === null) return emptied(belief, seen);
  return present(belief, session.mark, session.pane);
}

function absent(belief: Belief, seen: Seen, nameTaken: boolean): readonly Action[] {
  if (belief.phase === 'blocked') return nameTaken ? [] : [{ kind: 'freed', name: belief.name }];
  return renamed(belief, seen.sessions) ?? gone(belief, seen);
}

/** An operator has taken it, by another name or by moving its pane: it is left alone. */
function renamed({ name, mark, agent }: Belief, sessions: Sessions): readonly Action[] | null {
  const elsewhere = sessions.find(
    (session) => [mark, null].includes(session.mark) && isAgent(session.pane, agent),
  );
  if (elsewhere === undefined || agent === null) return null;
  return [{ kind: 'renamed', name, to: elsewhere.name, agent }];
}

function emptied(belief: Belief, seen: Seen): readonly Action[] {
  if (belief.phase === 'blocked') return [{ kind: 'freed', name: belief.name }];
  return renamed(belief, seen.sessions) ?? gone(belief, seen);
}

function present(belief: Belief, mark: string, pane: PaneObservation): readonly Action[] {
  if (pane.state === 'alive') return alive(belief, mark, pane);
  // An adoption that seemed to fail had marked it, and it has ended since: the name is ours.
  if (belief.phase === 'blocked') return [{ kind: 'freed', name: belief.name }];
  return died(belief, pane.cause, pane.lastScreen);
}

function alive(belief: Belief, mark: string, pane: Pane): readonly Action[] {
  const { agent, previous } = belief;
  if (isSameProcess(pane.agent, agent) || isSameProcess(pane.agent, previous)) return [];
  return [{ kind: 'found', name: belief.name, pane, mark }];
}

/** An agent that is in no pane: it has lost its own, or the server that it ran on. */
function gone(belief: Belief, { server }: Seen): readonly Action[] {
  return belief.agent === null ? [] : died(belief, causeOfAbsence(belief.agent, server));
}

/** Nothing dies that was not alive: a session without an agent is already being dealt with. */
function died(belief: Belief, cause: Death['cause'], lastScreen = ''): readonly Action[] {
  if (belief.agent === null) return [];
  return [{ kind: 'died', name: belief.name, death: { pid: belief.agent.pid, cause, lastScreen } }];
}

function isAgent(pane: PaneObservation | null, agent: ProcessIdentity | null): boolean {
  return pane?.state === 'alive' && isSameProcess(pane.agent, agent);
}

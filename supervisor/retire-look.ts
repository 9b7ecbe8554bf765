/** What there is of a session that is outside the range, and who is at it. */
import { isAtWork } from '../machines/policy/people.ts';
import { isSameProcess } from '../machines/policy/process-identity.ts';
import type {
  FactStore,
  PaneObservation,
  ProcessIdentity,
  SessionFacts,
  SessionObservation,
} from '../machines/ports.ts';
import type { DaemonParts } from './daemon-parts.ts';

export type RetireParts = Pick<
  DaemonParts,
  'tmux' | 'agent' | 'processes' | 'store' | 'tasks' | 'chance'
>;

export interface Found {
  readonly facts: SessionFacts;
  /** The mark of its tmux session; null = there is none. */
  readonly mark: string | null;
  /** Ours, in that session; null = it is gone. */
  readonly pane: PaneObservation | null;
}

/**
 * `unknown`: tmux does not tell, and unknown is not gone. `notOurs`: the store has never heard of it, or an
 * operator has it: by another name, with its pane in another session, without our mark.
 */
export async function lookAtLeft(
  { tmux, store }: Pick<RetireParts, 'tmux' | 'store'>,
  name: string,
): Promise<Found | 'unknown' | 'notOurs'> {
  const observation = await tmux.observe([name]);
  if (observation.kind === 'unknown') return 'unknown';
  const facts = await factsOf(store, name);
  if (facts === null) return 'notOurs';
  const sessions = observation.kind === 'seen' ? observation.sessions : [];
  if (sessions.some((other) => other.name !== name && hasOurAgent(other, facts))) return 'notOurs';
  const session = sessions.find((one) => one.name === name);
  if (session === undefined) return { facts, mark: null, pane: null };
  const { mark, pane } = session;
  const isOurs = mark !== null && (mark === facts.mark || hasOurAgent(session, facts));
  return isOurs ? { facts, mark, pane } : 'notOurs';
}

/** The agent that is known, or that of a launch that was never noted down. */
function hasOurAgent({ mark, pane }: SessionObservation, facts: SessionFacts): boolean {
  if (pane?.state !== 'alive') return false;
  return facts.agent === null ? mark === facts.mark : isSameProcess(facts.agent, pane.agent);
}

export async function factsOf(
  store: Pick<FactStore, 'sessions'>,
  name: string,
): Promise<SessionFacts | null> {
  return (await store.sessions()).find((known) => known.name === name) ?? null;
}

interface Ending extends Pick<Found, 'pane'> {
  readonly name: string;
  /** One that says nothing is known to have nothing to do. */
  readonly isSilentOver: boolean;
}

/** Whoever is not known to be away is there; and what is not known to be at its prompt may do something. */
export async function mayEnd(
  { tmux, agent, chance }: Pick<RetireParts, 'tmux' | 'agent' | 'chance'>,
  { name, pane, isSilentOver }: Ending,
): Promise<boolean> {
  if (pane?.state !== 'alive') return true;
  const presence = (await tmux.presence([name])).get(name);
  if (presence === undefined || isAtWork(presence, chance.clock.now())) return false;
  const said = (await agent.status(pane.agent))?.status ?? null;
  return said === null ? isSilentOver : said === 'idle' || said === 'shell';
}

/** Those that may live, in no pane as well: of an earlier boot it would be somebody else who has the pid. */
export function agentsOf(
  { chance, processes }: Pick<RetireParts, 'chance' | 'processes'>,
  { facts, pane }: Pick<Found, 'facts' | 'pane'>,
): readonly ProcessIdentity[] {
  const { agent, previous, bootId, conversation } = facts;
  const known = bootId === chance.clock.bootId ? [agent, previous] : [];
  const seen = pane?.state === 'alive' ? pane.agent : null;
  const all = [seen, ...known, ...processes.lostAgents(conversation)];
  return all.filter(
    (one, at): one is ProcessIdentity =>
      one !== null && all.findIndex((other) => isSameProcess(one, other)) === at,
  );
}

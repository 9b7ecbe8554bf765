import { isSameProcess } from '../machines/policy/process-identity.ts';
import type { AgentPort, AgentStatus, Pane, ProcessIdentity, TmuxPort } from '../machines/ports.ts';
import type { SessionSnapshot } from './belief.ts';
import { isRetiring, type Supervised } from './supervised.ts';

/** What is looked through to see whether a session that is not ours can be taken over. */
export interface TakeOverParts {
  readonly tmux: Pick<TmuxPort, 'activePane' | 'observe'>;
  readonly agent: Pick<AgentPort, 'status' | 'hasTranscript' | 'hasHooks'>;
}

/** A session with the name of one of ours, and what is known of it. */
export interface Candidate {
  readonly session: string;
  /** The last agent that was ours there; null = none is known. */
  readonly previous: ProcessIdentity | null;
  /** The other session of the pool that has this conversation; null = none has. */
  readonly ownerOf: (conversation: string) => string | null;
}

export type TakeOverLook =
  | { readonly kind: 'ready'; readonly pane: Pane; readonly conversation: string }
  /** It is left alone, as this says. */
  | { readonly kind: 'left'; readonly why: string }
  /** tmux or the disk does not tell. */
  | { readonly kind: 'unknown' };

/**
 * Whether a person may have started this session by hand that the config names as a dedicated one: another session
 * has its name, and no operator has said what is to become of it.
 */
export function mayBeTakenOver(snapshot: SessionSnapshot, supervised: Supervised): boolean {
  const { slot, held } = snapshot.context;
  if (slot.kind !== 'dedicated' || held || isRetiring(supervised, slot.name)) return false;
  return snapshot.matches({ idle: { blocked: 'waiting' } });
}

/**
 * Whether the session can be taken over as it is: a client of a configured account runs in its active pane that was not
 * ours before, and its conversation is no other session's and could go on elsewhere. Never rejects.
 */
export async function lookToTakeOver(
  parts: TakeOverParts,
  candidate: Candidate,
): Promise<TakeOverLook> {
  try {
    const pane = await parts.tmux.activePane(candidate.session);
    const status = await parts.agent.status(pane.agent);
    const why = await whyLeft(parts, candidate, { pane, status });
    if (why !== null) return { kind: 'left', why };
    return status === null
      ? { kind: 'unknown' }
      : { kind: 'ready', pane, conversation: status.conversation };
  } catch {
    return { kind: 'unknown' };
  }
}

interface Seen {
  readonly pane: Pane;
  /** null = what runs there is no client. */
  readonly status: AgentStatus | null;
}

async function whyLeft(
  parts: TakeOverParts,
  candidate: Candidate,
  { pane, status }: Seen,
): Promise<string | null> {
  const { session, ownerOf } = candidate;
  if (await wasOurs(parts, candidate, pane)) return takenFromUs(session);
  if (status === null) return withoutClient(session);
  const owner = ownerOf(status.conversation);
  if (owner !== null) return ownedBy(session, status, owner);
  const isOnDisk = await parts.agent.hasTranscript(status.conversation);
  return isOnDisk ? null : withoutTranscript(session, status);
}

/** Only an operator takes the mark off a session of ours: tmux still tells its pane, which keeps a mark of its own. */
async function wasOurs(
  { tmux, agent: port }: TakeOverParts,
  { session, previous }: Candidate,
  { agent }: Pane,
): Promise<boolean> {
  if (isSameProcess(agent, previous) || port.hasHooks(agent)) return true;
  const seen = await tmux.observe([session]);
  const sessions = seen.kind === 'seen' ? seen.sessions : [];
  return sessions.some(
    ({ name, pane }) =>
      name === session && pane?.state === 'alive' && isSameProcess(pane.agent, agent),
  );
}

function takenFromUs(session: string): string {
  return `the mark that made ${session} ours was taken off it, and its agent runs there: it is left alone; to take it back as it is: claude-failover session adopt ${session}`;
}

function withoutClient(session: string): string {
  const what = `a session named ${session} that is not ours exists, and in its active pane no client of a configured account is at its prompt (one that a person has started from a shell does not count: exec claude)`;
  return `${what}: it is left alone until one is; to replace what runs there: claude-failover session adopt ${session} --restart`;
}

/** Why a session stays as it is whose client is in the conversation of another one of the pool. */
export function ownedBy(session: string, { conversation }: AgentStatus, owner: string): string {
  return `the client in ${session} is in conversation ${conversation}, which is that of ${owner}, and a conversation has one agent at most: it is left alone until it is in another one (claude --resume ${conversation} --fork-session begins one with the same words)`;
}

function withoutTranscript(session: string, { account, conversation }: AgentStatus): string {
  const what = `a client that was started by hand runs in ${session} on ${account}, and nothing of its conversation ${conversation} is in the shared projects`;
  return `${what}: it could not go on elsewhere, and is left alone until it can; to take it over all the same: claude-failover session adopt ${session}`;
}

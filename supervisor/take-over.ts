import type { AgentPort, AgentStatus, Pane, TmuxPort } from '../machines/ports.ts';
import type { SessionSnapshot } from './belief.ts';
import { isRetiring, type Supervised } from './supervised.ts';

/** What is looked through to see whether a session that is not ours can be taken over. */
export interface TakeOverParts {
  readonly tmux: Pick<TmuxPort, 'activePane'>;
  readonly agent: Pick<AgentPort, 'status' | 'hasTranscript'>;
}

export type TakeOverLook =
  | { readonly kind: 'ready'; readonly pane: Pane }
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
 * Whether the session can be taken over as it is: a client of a configured account runs in its active pane, and its
 * conversation could go on elsewhere. Never rejects.
 */
export async function lookToTakeOver(parts: TakeOverParts, session: string): Promise<TakeOverLook> {
  try {
    const pane = await parts.tmux.activePane(session);
    const status = await parts.agent.status(pane.agent);
    if (status === null) return { kind: 'left', why: withoutClient(session) };
    if (await isOnDisk(parts, status)) return { kind: 'ready', pane };
    return { kind: 'left', why: withoutTranscript(session, status) };
  } catch {
    return { kind: 'unknown' };
  }
}

async function isOnDisk({ agent }: TakeOverParts, { conversation }: AgentStatus): Promise<boolean> {
  return await agent.hasTranscript(conversation);
}

function withoutClient(session: string): string {
  const what = `a session named ${session} that is not ours exists, and in its active pane no client of a configured account is at its prompt (one that a person has started from a shell does not count: exec claude)`;
  return `${what}: it is left alone until one is; to replace what runs there: claude-failover session adopt ${session} --restart`;
}

function withoutTranscript(session: string, { account, conversation }: AgentStatus): string {
  const what = `a client that was started by hand runs in ${session} on ${account}, and nothing of its conversation ${conversation} is in the shared projects`;
  return `${what}: it could not go on elsewhere, and is left alone until it can; to take it over all the same: claude-failover session adopt ${session}`;
}

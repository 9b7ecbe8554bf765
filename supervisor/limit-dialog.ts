/** The dialog that some clients open at a limit, in a session that stays where it is. */
import { awayAt } from '../machines/policy/people.ts';
import { isSameProcess } from '../machines/policy/process-identity.ts';
import { troubleOf } from '../machines/policy/trouble.ts';
import type {
  AgentPort,
  FailureSeen,
  Presence,
  ProcessIdentity,
  TmuxPort,
} from '../machines/ports.ts';
import { isOpen } from '../machines/session/trouble-changes.ts';
import type { SessionSnapshot } from './belief.ts';

/** A client opens it by itself within some 200 ms of the failure; what is opened later, a person has opened. */
const OPENS_WITHIN_MS = 5000;
/** Whoever can leave its account does so within this time, and needs no dialog closed. */
const PATIENCE_MS = 2000;

/** What is looked at, and acted through, where such a dialog is open. */
export interface DialogParts {
  readonly tmux: Pick<TmuxPort, 'observe' | 'presence' | 'pressEscape'>;
  readonly agent: Pick<AgentPort, 'lastFailure'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export type DialogLook =
  /** Nothing is to be closed there. */
  | { readonly kind: 'none' }
  /** Not now, but perhaps at this time, epoch milliseconds; null = when something has changed. */
  | { readonly kind: 'later'; readonly at: number | null }
  /** The one that opened then is to be closed by Escape in this pane. */
  | { readonly kind: 'open'; readonly paneId: string; readonly openedAt: number };

/** Whether such a dialog may be open in it: its client waits on a dialog after a limit, nobody holds it, no task runs. */
export function mayShowDialog(snapshot: SessionSnapshot): boolean {
  const { task, held, said, trouble, agent } = snapshot.context;
  if (task !== null || held || agent === null || !snapshot.matches({ working: 'waiting' }))
    return false;
  return said?.waitingFor === 'dialog open' && isOpen(trouble) && trouble.trouble.kind === 'limit';
}

/**
 * Looks who is there and then at what the client says, as that changes soonest. Rejects as the ports do; a dialog of
 * another kind, and one over which a person is at work, is not to be closed.
 */
export async function lookAtDialog(
  parts: DialogParts,
  { session, agent }: { readonly session: string; readonly agent: ProcessIdentity },
): Promise<DialogLook> {
  const [observation, presences] = await Promise.all([
    parts.tmux.observe([session]),
    parts.tmux.presence([session]),
  ]);
  const now = parts.now();
  const presence = presences.get(session) ?? null;
  const seen = await parts.agent.lastFailure(agent);
  const openedAt = seen === null ? null : openedByItself(seen);
  if (openedAt === null) return { kind: 'none' };
  const mayAt = presence === null ? null : mayCloseAt(presence, openedAt);
  if (mayAt === null || mayAt > now) return { kind: 'later', at: mayAt };
  const found = observation.kind === 'seen' ? observation.sessions : [];
  const pane = found.find(({ name, mark }) => name === session && mark !== null)?.pane;
  if (pane?.state !== 'alive' || !isSameProcess(pane.agent, agent)) return { kind: 'none' };
  return { kind: 'open', paneId: pane.paneId, openedAt };
}

/** When the client has opened a dialog at the limit that it met, epoch milliseconds; null = it has not. */
function openedByItself({ failure, dialogAt }: FailureSeen): number | null {
  if (dialogAt === null || troubleOf(failure)?.kind !== 'limit') return null;
  return Math.abs(dialogAt - failure.at) <= OPENS_WITHIN_MS ? dialogAt : null;
}

/**
 * From when on it may be closed as far as people are concerned; null = nobody knows. The dialog looks like a line
 * that was not sent off, so that only keys tell of a person.
 */
function mayCloseAt(presence: Presence, openedAt: number): number | null {
  if (presence.inMode) return null;
  const away = awayAt({ ...presence, hasDraft: false });
  return Math.max(away ?? 0, openedAt) + PATIENCE_MS;
}

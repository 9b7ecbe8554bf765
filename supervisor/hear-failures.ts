import { isAtWork } from '../machines/policy/people.ts';
import type { FailureSeen, Presence, SessionTrouble, TmuxPort } from '../machines/ports.ts';
import { newTrouble } from '../machines/session/trouble-changes.ts';
import type { SessionContext } from '../machines/session/types.ts';
import type { DaemonParts } from './daemon-parts.ts';
import type { Hearing } from './hear-statuses.ts';
import { type RootRef, type SessionRef, sessionNamed, sessionsOf } from './pool.ts';
import { createToldTrouble, type ToldTrouble } from './told-trouble.ts';

export interface FailureParts extends Pick<DaemonParts, 'accounts'> {
  readonly agent: Pick<DaemonParts['agent'], 'hasHooks' | 'lastFailure'>;
  readonly tmux: Pick<TmuxPort, 'presence'>;
  readonly statuses: Pick<Hearing, 'inTurn'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Has it heard that a turn ended in trouble with the account where no hook of ours tells, as a person has started the
 * agent by hand: by its transcript, once it is at rest. The account hears it at once; the session, which leaves it
 * then, when nobody is at work there.
 */
export function hearFailures(root: RootRef, parts: FailureParts): void {
  const { agent, statuses } = parts;
  const told = createToldTrouble(parts.accounts);
  const isFromBefore = before(parts.now(), parts.accounts);
  const hear = async (session: SessionRef) => {
    const { agent: process } = session.getSnapshot().context;
    const seen = process === null ? null : await agent.lastFailure(process);
    if (seen === null) return;
    const isTaken = await isSomebodys(parts, session, seen);
    handOver(session, { seen, isTaken, told, isFromBefore });
  };
  const hearIfUntold = (session: SessionRef) => {
    const { context } = session.getSnapshot();
    if (!isAtRest(context) || context.agent === null || agent.hasHooks(context.agent)) return;
    statuses.inTurn(session, () => hear(session)).catch(() => {});
  };
  root.on('changed', ({ facts }) => {
    const session = sessionNamed(root, facts.name);
    if (session !== null) hearIfUntold(session);
  });
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') sessionsOf(root).forEach(hearIfUntold);
  });
}

interface Handing {
  readonly seen: FailureSeen;
  /** A person is at work there, or may be. */
  readonly isTaken: boolean;
  readonly told: ToldTrouble;
  /** It was heard by a daemon before this one, and an operator may have said since that it is over. */
  readonly isFromBefore: (trouble: SessionTrouble) => boolean;
}

function handOver(session: SessionRef, handing: Handing): void {
  const { seen, isTaken, told, isFromBefore } = handing;
  const { conversation, failure: outcome } = seen;
  const { context } = session.getSnapshot();
  if (conversation !== context.conversation) return;
  // The same failure, seen once more, is no news.
  const news = newTrouble(context, outcome);
  if (news === null || told.isOver(session.id, news) || isFromBefore(news)) return;
  if (isTaken) told.tell(session.id, news);
  else session.send({ type: 'turn.ended', conversation, outcome, background: 0 });
}

/**
 * Of a login that failed before this daemon nobody knows whether it works again; a limit from then is over once its
 * account was free since. Where neither is so, the next turn tells.
 */
function before(since: number, accounts: FailureParts['accounts']): Handing['isFromBefore'] {
  return ({ trouble, evidence: { at }, account }) => {
    if (at >= since) return false;
    const recoveredAt = accounts.snapshotOf(account)?.context.facts.recoveredAt ?? null;
    return trouble.kind === 'login' || (recoveredAt !== null && at < recoveredAt);
  };
}

/** No turn runs, and none of a task: the transcript of that one is looked at by the session itself. */
function isAtRest({ task, said }: SessionContext): boolean {
  return task === null && said !== null && said.status !== 'busy';
}

/** Whether a person is at work there, or may be; the rows of a dialog look like a line that was not sent off. */
async function isSomebodys(
  { tmux, now }: FailureParts,
  { id }: SessionRef,
  { dialogAt }: FailureSeen,
): Promise<boolean> {
  const presences = await tmux.presence([id]).catch(() => new Map<string, Presence>());
  const presence = presences.get(id);
  if (presence === undefined) return true;
  const hasDraft = dialogAt === null && presence.hasDraft;
  return hasDraft || isAtWork({ ...presence, hasDraft }, now());
}

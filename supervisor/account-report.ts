import type { AccountFacts, AccountState, Evidence } from '../machines/accounts.ts';
import { isOver } from '../machines/policy/usage-windows.ts';
import type { HistoryEntry } from '../machines/ports.ts';
import type { AccountUsage, WindowUsage } from '../machines/signals.ts';
import { toldHistory, unknownAccount } from './status.ts';
import type { AccountDetail, AccountReport, UsageWindow } from './status-report.ts';

/** What is known of an account now. */
export interface KnownAccount {
  readonly state: AccountState;
  readonly facts: AccountFacts;
  /** What is wrong with its links, in words; null = nothing. */
  readonly linksReason: string | null;
  /** Nothing was ever stored of it: since when it is what it is, nobody knows. */
  readonly isNew?: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One account as `status` tells of it: what was told of a usage window that has ended since, nobody knows. */
export function accountReport({ state, facts, now }: KnownAccount): AccountReport {
  const { account, limit, usage } = facts;
  return {
    ...unknownAccount(account),
    state,
    limitedUntil: limit === null ? null : new Date(limit.until).toISOString(),
    usage: usageReport(usage, now),
    usageOver: overReport(usage, now),
  };
}

/** Of windows that have not ended. */
function usageReport({ fiveHour, sevenDay }: AccountUsage, now: number): AccountReport['usage'] {
  return { fiveHour: windowReport(fiveHour, now), sevenDay: windowReport(sevenDay, now) };
}

function windowReport(window: WindowUsage | null, now: number): UsageWindow | null {
  if (window === null || isOver(window, now)) return null;
  const { usedPercent, resetsAt, toldAt } = window;
  return {
    usedPercent,
    resetsAt: new Date(resetsAt).toISOString(),
    toldAt: toldAt === null ? null : new Date(toldAt).toISOString(),
  };
}

/** When windows were given back of which nothing was told since. */
function overReport({ fiveHour, sevenDay }: AccountUsage, now: number): AccountReport['usageOver'] {
  const overSince = (window: WindowUsage | null) =>
    window !== null && isOver(window, now) ? new Date(window.resetsAt).toISOString() : null;
  return { fiveHour: overSince(fiveHour), sevenDay: overSince(sevenDay) };
}

/** The same with what led to it, and with what happened to it, newest last. */
export function accountDetail(
  known: KnownAccount,
  history: readonly HistoryEntry[],
): AccountDetail {
  const { limit, probes, since } = known.facts;
  return {
    ...accountReport(known),
    window: limit?.window ?? null,
    probes,
    since: known.isNew === true ? null : new Date(since).toISOString(),
    evidence: evidenceOf(known),
    history: toldHistory(history),
  };
}

/** The record that caused the state that it is in. */
function evidenceOf({ state, facts, linksReason }: KnownAccount): Evidence | null {
  switch (state) {
    case 'available':
      return null;
    case 'limited':
      return facts.limit?.evidence ?? null;
    case 'unauthenticated':
      return facts.loginLost;
    case 'quarantined':
      return said('guard', facts.since, linksReason ?? 'its links are not in order');
    case 'disabled':
      return said('operator', facts.disabledAt ?? facts.since, 'taken out of use');
  }
}

function said(source: 'guard' | 'operator', at: number, message: string): Evidence {
  const nobody = { session: null, conversation: null, prompt: null, error: null, status: null };
  return { source, at, message, ...nobody };
}

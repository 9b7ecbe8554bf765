/**
 * When the limit of an account is due to end. The client's message names a minute; the statusline knows the
 * second. An account that was thought to be free and is at its limit again is left alone for a while,
 * whatever they say: sessions must not go to and fro between two accounts.
 */
import type { LimitWindow } from '../accounts.ts';
import type { AccountUsage, WindowUsage } from '../signals.ts';
import { probeWaitMs } from './probe-wait.ts';

const MINUTE_MS = 60_000;

/** A limit that an account has reached. */
export interface Hit {
  readonly window: LimitWindow;
  /** The minute in which it ends, by the message; null = it does not say. */
  readonly resetsAt: number | null;
  /** When that was recorded. */
  readonly at: number;
}

/** A limit that holds. */
export interface Held extends Hit {
  readonly until: number;
}

export interface Known {
  readonly usage: AccountUsage;
  /** When the limit before this one was over; null = there was none. */
  readonly recoveredAt: number | null;
  readonly cooldownMs: number;
  /** Limits in a row before this one that named no end, as this one may. */
  readonly probes: number;
}

/** When the limit of an account that had none is due to end; never before it was reached. Epoch milliseconds, as all here. */
export function limitUntil(hit: Hit, known: Known): number {
  const told = exactEnd(hit, known.usage) ?? endByWords(hit, known);
  return Math.max(told, earliestEnd(hit, known));
}

/** Whether the message or the statusline tells when this limit ends. */
export function isEndKnown(hit: Hit, { usage }: Pick<Known, 'usage'>): boolean {
  return hit.resetsAt !== null || exactEnd(hit, usage) !== null;
}

/** When a limit is due to end that was reached once more: later, or known more exactly, and else as before. */
export function untilAfterHit(held: Held, hit: Hit, known: Known): number {
  const exact = exactEnd(hit, known.usage);
  const end = exact ?? endByWords(hit, known);
  if (isAbout(held.until, hit.resetsAt)) {
    return exact === null ? held.until : Math.max(exact, earliestEnd(held, known));
  }
  return exact === null && isNoNews(held, hit, end) ? held.until : Math.max(held.until, end);
}

/** When a limit is due to end now that the statusline tells more of the account. */
export function untilAfterUsage(held: Held, known: Known): number {
  const window = windowOf(held.window, known.usage);
  if (window === null || window.resetsAt <= held.at) return held.until;
  if (window.usedPercent < 100 && !isIn(window.resetsAt, held.resetsAt)) return held.until;
  return Math.max(window.resetsAt, earliestEnd(held, known));
}

/** The second, when the statusline speaks of the same window as the message; null = it does not. */
function exactEnd({ window, resetsAt, at }: Hit, usage: AccountUsage): number | null {
  const told = windowOf(window, usage)?.resetsAt ?? null;
  if (told === null) return null;
  const isMeant = resetsAt === null ? told > at : isIn(told, resetsAt);
  return isMeant ? told : null;
}

/** The message names a minute that must be over. When it names none, only trying again shows. */
function endByWords({ resetsAt, at }: Hit, { probes }: Known): number {
  return resetsAt === null ? at + probeWaitMs(probes) : resetsAt + MINUTE_MS;
}

/**
 * Every session that reaches a limit is told the same of it. What is held may be known better by now; where
 * nothing is known, one session more does not mean a later end.
 */
function isNoNews(held: Held, hit: Hit, end: number): boolean {
  if (held.window !== hit.window || held.resetsAt !== hit.resetsAt) return false;
  const isTogether = hit.at - held.at < MINUTE_MS;
  return hit.resetsAt !== null || isTogether || end - held.until < MINUTE_MS;
}

/** Reached again so soon after it was thought to be over, it was not. */
function earliestEnd({ at }: Hit, { recoveredAt, cooldownMs }: Known): number {
  const isAgain = recoveredAt !== null && at >= recoveredAt && at < recoveredAt + cooldownMs;
  return isAgain ? at + cooldownMs : at;
}

/** What the statusline says of this window: it knows two, and none of a model. */
function windowOf(window: LimitWindow, usage: AccountUsage): WindowUsage | null {
  if (window === 'five_hour') return usage.fiveHour;
  return window === 'seven_day' ? usage.sevenDay : null;
}

function isIn(moment: number, minute: number | null): boolean {
  return minute !== null && moment >= minute && moment < minute + MINUTE_MS;
}

/** In that minute, or at its end: what is known when the message is all that is known. */
function isAbout(moment: number, minute: number | null): boolean {
  return minute !== null && moment >= minute && moment <= minute + MINUTE_MS;
}

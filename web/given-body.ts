import type { FailoverWish } from '../supervisor/status-report.ts';

/** What a caller sent, checked; or why it cannot be meant. */
export type Given<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** The last moment that a Date can be. */
const LATEST = 8.64e15;

/** When a limit is over, of `{ until }`: epoch milliseconds that are still to come at `now`. Pure. */
export function limitEnd(body: unknown, now: number): Given<number> {
  const strange = strangeness(body, ['until']);
  if (strange !== null) return strange;
  const { until } = body as { readonly until?: unknown };
  if (typeof until !== 'number' || !Number.isInteger(until) || Math.abs(until) > LATEST) {
    return bad('until must be epoch milliseconds, when the limit is over');
  }
  return until > now ? { ok: true, value: until } : bad('until is in the past');
}

/**
 * A wish to move sessions: keys that are left out mean what is usual, and one that is not known is
 * refused, or a misspelt `dryRun` would move the whole pool. Pure.
 */
export function failoverWish(body: unknown): Given<FailoverWish> {
  const strange = strangeness(body, ['from', 'to', 'sessions', 'dryRun']);
  if (strange !== null) return strange;
  const { from = null, to = null, sessions = [], dryRun = false } = body as Loose;
  if (!isNameOrNull(from)) return bad('from must be the name of an account, or null');
  if (!isNameOrNull(to)) return bad('to must be the name of an account, or null');
  if (!isNames(sessions)) return bad('sessions must be a list of names');
  if (typeof dryRun !== 'boolean') return bad('dryRun must be true or false');
  return { ok: true, value: { from, to, sessions, dryRun } };
}

type Loose = { readonly [K in keyof FailoverWish]?: unknown };

/** What keeps a body from being an object with these keys at most; null when nothing does. */
function strangeness(body: unknown, known: readonly string[]): Bad | null {
  const names = known.join(', ');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return bad(`the body must be an object with ${names}`);
  }
  const strange = Object.keys(body).find((key) => !known.includes(key));
  return strange === undefined ? null : bad(`${strange} is not known here; there is ${names}`);
}

type Bad = Extract<Given<never>, { ok: false }>;

function bad(message: string): Bad {
  return { ok: false, message };
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && value !== '');
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
}

/**
 * What a turn that ended in an error says of its account. Believed is only how the client itself recorded
 * the error: what a reply, a tool or a task says of limits never gets here.
 */
import type { Evidence, LimitWindow, Trouble } from '../accounts.ts';
import type { TurnFailure } from '../signals.ts';
import { resetTimeOf } from './reset-time.ts';
import { REDACTED, withoutSecrets } from './secrets.ts';

const MESSAGE_LENGTH = 500;

/** The client's words for a login that does not work, or for an account that is not paid for. */
const LOGIN_ERRORS: ReadonlySet<string> = new Set([
  'authentication_failed',
  'oauth_org_not_allowed',
  'billing_error',
]);

/** How it begins where a login, or the organization behind it, is refused as if the request were wrong. */
const REFUSED_LOGINS: readonly string[] = [
  'Your ANTHROPIC_API_KEY belongs to a disabled organization',
  'Your organization has disabled API key authentication',
];

/** What it passes on of the API's answer where it has no words of its own: the error is `unknown` then. */
const ORGANIZATION_DISABLED = /^API Error: 40[03] This organization has been disabled\b/;
const USAGE_CAP = /^API Error: 400 You have reached your specified\b[\w\s-]{0,60}\busage limits\b/;

/** How the client begins when it is the account that is at a limit, and that limit's name follows. */
const NAMES_LIMIT = /^You've (?:hit|reached) your (.{0,60}?) ?\blimit\b/;

/** How else it begins then: what it sells beside the windows is used up, or was never there. */
const OTHER_FORMS: readonly (readonly [start: string, window: LimitWindow])[] = [
  ["You've hit your", 'unknown'],
  ["You've reached your", 'unknown'],
  ["You're out of usage credits", 'overage'],
  ["You're out of extra usage", 'overage'],
  ['Your org is out of usage', 'overage'],
  ["Your seat type doesn't include", 'overage'],
  ['Your usage allocation has been disabled', 'overage'],
  ["Your group's usage limit is set to", 'overage'],
  ['This service is disabled for your org', 'overage'],
  ['Fable 5 requires usage credits', 'model'],
];

/**
 * What the failure says of the account; null when it says nothing of it: the server was busy or broken,
 * the network failed, the request was wrong.
 */
export function troubleOf(failure: TurnFailure): Trouble | null {
  if (isLoginLost(failure)) return { kind: 'login' };
  const window = windowOf(failure);
  if (window === null) return null;
  return { kind: 'limit', window, resetsAt: resetTimeOf(failure.message, failure.at, window) };
}

function isLoginLost({ error, message }: TurnFailure): boolean {
  if (LOGIN_ERRORS.has(error)) return true;
  if (error === 'unknown') return ORGANIZATION_DISABLED.test(message);
  return error === 'invalid_request' && REFUSED_LOGINS.some((start) => message.startsWith(start));
}

/** A hook tells no status; where there is one, only that of a limit is believed. */
function windowOf({ error, status, message }: TurnFailure): LimitWindow | null {
  if (error === 'rate_limit') return (status ?? 429) === 429 ? windowIn(message) : null;
  const isCapped = error === 'unknown' && (status ?? 400) === 400 && USAGE_CAP.test(message);
  return isCapped ? 'overage' : null;
}

/**
 * The record of that failure, to be kept with what it leads to, without the secrets in what was said:
 * it is stored, and shown to people and programs.
 */
export function evidenceOf(
  failure: TurnFailure,
  of: { readonly session: string; readonly conversation: string },
): Evidence {
  const { source, at, prompt, status } = failure;
  const { session, conversation } = of;
  const error = withoutSecrets(failure.error, REDACTED);
  // Before it is cut: half a secret looks like none.
  const message = cut(withoutSecrets(failure.message, REDACTED));
  return { source, at, session, conversation, prompt, error, status, message };
}

/** Which limit the message tells of; null = none of the account's: a throttle begins with `API Error:`. */
function windowIn(message: string): LimitWindow | null {
  const text = message.trimStart().replaceAll('\u2019', "'");
  const named = NAMES_LIMIT.exec(text);
  if (named !== null) return windowNamed(named[1] ?? '');
  return OTHER_FORMS.find(([start]) => text.startsWith(start))?.[1] ?? null;
}

/** `session`, `weekly`, `Opus`, `org's monthly usage`: what stands before the word limit. */
function windowNamed(name: string): LimitWindow {
  const lower = name.toLowerCase();
  if (lower === 'session') return 'five_hour';
  if (lower === 'weekly') return 'seven_day';
  if (/\b(?:monthly|spend|credits?|extra)\b/.test(lower)) return 'overage';
  // The client writes the names of models, and nothing else there, with a capital letter.
  return /^[A-Z]/.test(name) ? 'model' : 'unknown';
}

/** At most that long, and not ended in the middle of a character. */
function cut(message: string): string {
  return message.slice(0, MESSAGE_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}

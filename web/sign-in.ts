/**
 * How a browser signs in: the command line prints a link that works once and for a minute; opening
 * it gives a cookie whose value is a different secret. The daemon's lasting token therefore never
 * reaches a URL, a browser's history, or a log.
 */
import { createHash, randomBytes } from 'node:crypto';

export interface SignInOptions {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly ticketLifeMs?: number;
  readonly cookieLifeMs?: number;
}

export interface SignIn {
  /** A new one-time ticket, to be put in a link. */
  issueTicket(): string;
  /** The cookie's value, or null when the ticket is unknown, used or too old. */
  redeem(ticket: string): string | null;
  isCookieValid(value: string): boolean;
  readonly cookieLifeMs: number;
}

/** More tickets or browsers than any person has: the oldest makes room. */
const KEPT = 32;

export function createSignIn(options: SignInOptions = {}): SignIn {
  const { now = Date.now, ticketLifeMs = 60_000, cookieLifeMs = 12 * 3_600_000 } = options;
  const tickets = secretsUntil(now, ticketLifeMs);
  const cookies = secretsUntil(now, cookieLifeMs);
  return {
    issueTicket: tickets.issue,
    redeem: (ticket) => (tickets.take(ticket) ? cookies.issue() : null),
    isCookieValid: cookies.has,
    cookieLifeMs,
  };
}

/** Random secrets with a life. Looked up by digest, so timing tells nothing about a secret. */
function secretsUntil(now: () => number, lifeMs: number) {
  const expiries = new Map<string, number>();
  const isLive = (key: string) => (expiries.get(key) ?? 0) > now();
  const issue = (): string => {
    const secret = randomBytes(32).toString('base64url');
    const [oldest] = expiries.keys();
    if (expiries.size >= KEPT && oldest !== undefined) expiries.delete(oldest);
    expiries.set(digest(secret), now() + lifeMs);
    return secret;
  };
  const take = (secret: string): boolean => {
    const live = isLive(digest(secret));
    expiries.delete(digest(secret));
    return live;
  };
  return { issue, take, has: (secret: string) => isLive(digest(secret)) };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

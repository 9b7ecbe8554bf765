/**
 * What the children of the root are called: a session's machine by the session's name, which has no colon,
 * that of an account or a failover by what it is, too.
 */
const ACCOUNT = 'account:';
const FAILOVER = 'failover:';

export function accountId(account: string): string {
  return `${ACCOUNT}${account}`;
}

/** A session leaves its account once at a time. */
export function failoverId(session: string): string {
  return `${FAILOVER}${session}`;
}

/** Whose machine bears this id. */
export function childNamed(id: string): {
  readonly kind: 'session' | 'account' | 'failover';
  readonly name: string;
} {
  if (id.startsWith(ACCOUNT)) return { kind: 'account', name: id.slice(ACCOUNT.length) };
  if (id.startsWith(FAILOVER)) return { kind: 'failover', name: id.slice(FAILOVER.length) };
  return { kind: 'session', name: id };
}

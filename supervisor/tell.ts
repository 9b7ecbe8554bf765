import type { LogEvent } from '../machines/log-events.ts';
import { isSecretKey, REDACTED, withoutSecrets } from '../machines/policy/secrets.ts';
import type { HistoryEntry } from '../machines/ports.ts';

export interface TellParts {
  readonly log: (entry: LogEvent) => void;
  readonly addHistory: (session: string, entry: HistoryEntry) => void;
  readonly addAccountHistory: (account: string, entry: HistoryEntry) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * A log that remembers: what is about a session is in that session's history, too, and what an account has
 * become, and who left it or came to it, is in the account's, as free of secrets as the log writes it: a tool
 * call that was refused may bear one. It never throws: a log that cannot be written has nobody left to be told, and must not
 * end the supervision.
 */
export function createTeller(parts: TellParts): (entry: LogEvent) => void {
  const { log, addHistory, addAccountHistory, now } = parts;
  return (entry) => {
    try {
      log(entry);
    } catch {}
    if ('session' in entry) addHistory(entry.session, historyOf(entry, now()));
    for (const account of accountsOf(entry)) addAccountHistory(account, historyOf(entry, now()));
  };
}

/** Whose history it is part of. The guard names accounts as well, before any of them has one. */
function accountsOf(entry: LogEvent): readonly string[] {
  if (isOf('account.', entry)) return [entry.account];
  // That a session has to leave, its decision and its end tell, too: a limit that ten meet is no thirty lines.
  if (!isOf('failover.', entry) || entry.event === 'failover.started') return [];
  const to = 'to' in entry ? entry.to : null;
  return to === null || to === entry.from ? [entry.from] : [entry.from, to];
}

type EventOf<P extends string> = Extract<LogEvent, { readonly event: `${P}${string}` }>;

function isOf<P extends 'account.' | 'failover.'>(begin: P, entry: LogEvent): entry is EventOf<P> {
  return entry.event.startsWith(begin);
}

function historyOf({ event, ...facts }: LogEvent, at: number): HistoryEntry {
  return { at, event, facts: redacted(facts) };
}

/** The facts as the store writes them. */
function redacted(facts: object): HistoryEntry['facts'] {
  try {
    return JSON.parse(JSON.stringify(facts, hidden)) as HistoryEntry['facts'];
  } catch {
    // A circle, which cannot be stored either.
    return {};
  }
}

function hidden(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value;
  return isSecretKey(key) ? REDACTED : withoutSecrets(value, REDACTED);
}

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
 * A log that remembers: what is about a session is in that session's history, too, and what an account
 * has become is in the account's, as free of secrets as the log writes it: a tool call that was refused
 * may bear one. It never throws: a log that cannot be written has nobody left to be told, and must not
 * end the supervision.
 */
export function createTeller(parts: TellParts): (entry: LogEvent) => void {
  const { log, addHistory, addAccountHistory, now } = parts;
  return (entry) => {
    try {
      log(entry);
    } catch {}
    if ('session' in entry) addHistory(entry.session, historyOf(entry, now()));
    else if ('account' in entry && isOfAccount(entry)) {
      addAccountHistory(entry.account, historyOf(entry, now()));
    }
  };
}

/** The guard names accounts as well, before any of them has a history. */
function isOfAccount(entry: LogEvent): entry is AccountLogEvent {
  return entry.event.startsWith('account.');
}

type AccountLogEvent = Extract<LogEvent, { readonly event: `account.${string}` }>;

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

import type { FailoverFacts } from '../../machines/failovers.ts';
import type {
  CrashFact,
  FactStore,
  HistoryEntry,
  LaunchIntent,
  SessionFacts,
} from '../../machines/ports.ts';
import { type AccountRows, accountsIn } from './memory-accounts.ts';
import { failoversIn } from './memory-failovers.ts';
import { copyOf, memoryGuard } from './memory-guard.ts';

/** What stays when a store is closed: the fake of a file. */
export interface MemoryPlace {
  readonly fences: Map<string, number>;
  readonly scopes: Map<string, ScopeRows>;
  /** Of all scopes. */
  readonly accounts: AccountRows;
}

interface ScopeRows {
  readonly sessions: Map<string, SessionFacts>;
  readonly crashes: Map<string, CrashRow[]>;
  readonly history: Map<string, HistoryEntry[]>;
  readonly failovers: Map<string, FailoverFacts>;
}

interface CrashRow {
  readonly crash: CrashFact;
  readonly cleared: boolean;
  readonly poolCleared: boolean;
}

export function memoryPlace(): MemoryPlace {
  const accounts = { accounts: new Map(), history: new Map() };
  return { fences: new Map(), scopes: new Map(), accounts };
}

export interface MemoryStoreOptions {
  readonly place?: MemoryPlace;
  readonly scope?: string;
  readonly fenceKey?: string;
}

/**
 * A `FactStore` without a disk, held to the same contract as the real one. Opening the same place
 * again with the same `fenceKey` is what a second daemon does: it fences the first one off.
 */
export function openMemoryStore({
  place = memoryPlace(),
  scope = 'socket',
  fenceKey = 'test',
}: MemoryStoreOptions = {}): FactStore {
  const rows = rowsOf(place, scope);
  const guard = memoryGuard(place.fences, fenceKey);
  const { refuseWhenClosed, refuseWhenFencedOff } = guard;

  return {
    async sessions() {
      refuseWhenClosed();
      return [...rows.sessions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async saveSession(facts) {
      refuseWhenFencedOff();
      rows.sessions.set(facts.name, copyOf(facts));
    },
    async noteIntent(name, intent) {
      refuseWhenFencedOff();
      const known = rows.sessions.get(name) ?? NOTHING_ELSE_KNOWN;
      const nobody = { agent: null, previous: null, bootId: '' };
      rows.sessions.set(name, { ...known, name, ...decidedBy(intent), ...nobody });
    },
    async addCrash(session, crash) {
      refuseWhenFencedOff();
      const row = { crash: copyOf(crash), cleared: false, poolCleared: false };
      rows.crashes.set(session, [...(rows.crashes.get(session) ?? []), row].slice(-1_000));
    },
    async crashes(session) {
      refuseWhenClosed();
      const kept = rows.crashes.get(session) ?? [];
      return kept.filter(({ cleared }) => !cleared).map(({ crash }) => crash);
    },
    async poolCrashes(session) {
      refuseWhenClosed();
      const kept = rows.crashes.get(session) ?? [];
      return kept.filter(({ poolCleared }) => !poolCleared).map(({ crash }) => crash);
    },
    async clearCrashes(session) {
      refuseWhenFencedOff();
      const kept = rows.crashes.get(session) ?? [];
      rows.crashes.set(
        session,
        kept.map((row) => ({ ...row, cleared: true })),
      );
    },
    async clearPoolCrashes(sessions) {
      refuseWhenFencedOff();
      for (const session of sessions) {
        const kept = rows.crashes.get(session) ?? [];
        rows.crashes.set(
          session,
          kept.map((row) => ({ ...row, poolCleared: true })),
        );
      }
    },
    async addHistory(session, entry) {
      refuseWhenFencedOff();
      const kept = [...(rows.history.get(session) ?? []), copyOf(entry)];
      rows.history.set(session, kept.slice(-500));
    },
    async history(session, limit) {
      refuseWhenClosed();
      const kept = rows.history.get(session) ?? [];
      return kept.slice(Math.max(0, kept.length - limit));
    },
    ...accountsIn(place.accounts, guard),
    ...failoversIn(rows.failovers, guard),
    async close() {
      guard.close();
    },
  };
}

/** Whoever has more at hand may hand it over: it is not the launch's to decide. */
function decidedBy({
  mark,
  conversation,
  workdir,
  account,
  hasTranscript,
}: LaunchIntent): LaunchIntent {
  return { mark, conversation, workdir, account, hasTranscript };
}

/** A session of which nothing but an intent was ever stored. */
const NOTHING_ELSE_KNOWN = {
  hasTranscript: false,
  bootId: '',
  restarts: 0,
  crashedAt: null,
  failed: null,
  held: false,
  trouble: null,
} as const satisfies Partial<SessionFacts>;

function rowsOf({ scopes }: MemoryPlace, scope: string): ScopeRows {
  const rows = scopes.get(scope) ?? {
    sessions: new Map(),
    crashes: new Map(),
    history: new Map(),
    failovers: new Map(),
  };
  scopes.set(scope, rows);
  return rows;
}

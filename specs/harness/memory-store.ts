import { FailoverError } from '../../config/errors.ts';
import type { CrashFact, FactStore, HistoryEntry, SessionFacts } from '../../machines/ports.ts';

/** What stays when a store is closed: the fake of a file. */
export interface MemoryPlace {
  readonly fences: Map<string, number>;
  readonly scopes: Map<string, ScopeRows>;
}

interface ScopeRows {
  readonly sessions: Map<string, SessionFacts>;
  readonly crashes: Map<string, { readonly crash: CrashFact; readonly cleared: boolean }[]>;
  readonly history: Map<string, HistoryEntry[]>;
}

export function memoryPlace(): MemoryPlace {
  return { fences: new Map(), scopes: new Map() };
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
  const fence = (place.fences.get(fenceKey) ?? 0) + 1;
  place.fences.set(fenceKey, fence);
  let closed = false;

  const refuseWhenClosed = () => {
    if (closed) throw new FailoverError('STORE_FAILED', 'the store is closed');
  };
  const refuseWhenFencedOff = () => {
    refuseWhenClosed();
    if (place.fences.get(fenceKey) === fence) return;
    throw new FailoverError('CONFLICT', 'a newer daemon has taken over these sessions');
  };

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
      rows.sessions.set(name, { ...known, name, ...intent, ...nobody });
    },
    async addCrash(session, crash) {
      refuseWhenFencedOff();
      const kept = [...(rows.crashes.get(session) ?? []), { crash: copyOf(crash), cleared: false }];
      rows.crashes.set(session, kept.slice(-1_000));
    },
    async crashes(session) {
      refuseWhenClosed();
      const kept = rows.crashes.get(session) ?? [];
      return kept.filter(({ cleared }) => !cleared).map(({ crash }) => crash);
    },
    async clearCrashes(session) {
      refuseWhenFencedOff();
      const kept = rows.crashes.get(session) ?? [];
      rows.crashes.set(
        session,
        kept.map(({ crash }) => ({ crash, cleared: true })),
      );
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
    async close() {
      closed = true;
    },
  };
}

/** A session of which nothing but an intent was ever stored. */
const NOTHING_ELSE_KNOWN = {
  hasTranscript: false,
  bootId: '',
  restarts: 0,
  crashedAt: null,
  failed: null,
  held: false,
} as const satisfies Partial<SessionFacts>;

function rowsOf({ scopes }: MemoryPlace, scope: string): ScopeRows {
  const rows = scopes.get(scope) ?? { sessions: new Map(), crashes: new Map(), history: new Map() };
  scopes.set(scope, rows);
  return rows;
}

/** Facts are JSON in a file; a fake that kept the caller's object would forgive what a file does not. */
function copyOf<T>(facts: T): T {
  return JSON.parse(JSON.stringify(facts)) as T;
}

import { FailoverError } from '../../config/errors.ts';
import type { CrashFact, FactStore, HistoryEntry, SessionFacts } from '../../machines/ports.ts';

/** What stays when a store is closed: the fake of a file. */
export interface MemoryPlace {
  readonly fences: Map<string, number>;
  readonly sessions: Map<string, SessionFacts>;
  readonly crashes: Map<string, { readonly crash: CrashFact; readonly cleared: boolean }[]>;
  readonly history: Map<string, HistoryEntry[]>;
}

export function memoryPlace(): MemoryPlace {
  return { fences: new Map(), sessions: new Map(), crashes: new Map(), history: new Map() };
}

/**
 * A `FactStore` without a disk, held to the same contract as the real one. Opening the same place
 * again with the same `fenceKey` is what a second daemon does: it fences the first one off.
 */
export function openMemoryStore(place: MemoryPlace = memoryPlace(), fenceKey = 'test'): FactStore {
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
      return [...place.sessions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async saveSession(facts) {
      refuseWhenFencedOff();
      place.sessions.set(facts.name, copyOf(facts));
    },
    async addCrash(session, crash) {
      refuseWhenFencedOff();
      const kept = [
        ...(place.crashes.get(session) ?? []),
        { crash: copyOf(crash), cleared: false },
      ];
      place.crashes.set(session, kept.slice(-1_000));
    },
    async crashes(session) {
      refuseWhenClosed();
      const kept = place.crashes.get(session) ?? [];
      return kept.filter(({ cleared }) => !cleared).map(({ crash }) => crash);
    },
    async clearCrashes(session) {
      refuseWhenFencedOff();
      const kept = place.crashes.get(session) ?? [];
      place.crashes.set(
        session,
        kept.map(({ crash }) => ({ crash, cleared: true })),
      );
    },
    async addHistory(session, entry) {
      refuseWhenFencedOff();
      const kept = [...(place.history.get(session) ?? []), copyOf(entry)];
      place.history.set(session, kept.slice(-500));
    },
    async history(session, limit) {
      refuseWhenClosed();
      const kept = place.history.get(session) ?? [];
      return kept.slice(Math.max(0, kept.length - limit));
    },
    async close() {
      closed = true;
    },
  };
}

/** Facts are JSON in a file; a fake that kept the caller's object would forgive what a file does not. */
function copyOf<T>(facts: T): T {
  return JSON.parse(JSON.stringify(facts)) as T;
}

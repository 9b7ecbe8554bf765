import type { FactStore, SessionFacts } from '../machines/ports.ts';

/**
 * The same store, in which facts that it holds already cost no write: machines tell theirs at each
 * turn that begins or ends. What could not be stored is news again the next time, and so is
 * everything about a session whose row a launch has changed: whoever launches must use this one too.
 */
export function newsOnly<S extends Pick<FactStore, 'saveSession' | 'noteIntent'>>(store: S): S {
  const saved = new Map<string, string>();
  return {
    ...store,
    saveSession: async (facts: SessionFacts) => {
      const text = JSON.stringify(facts);
      if (saved.get(facts.name) === text) return;
      saved.set(facts.name, text);
      try {
        await store.saveSession(facts);
      } catch (error) {
        saved.delete(facts.name);
        throw error;
      }
    },
    noteIntent: (session, intent) => {
      saved.delete(session);
      return store.noteIntent(session, intent);
    },
  } satisfies S;
}

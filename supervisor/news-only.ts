import type { FactStore } from '../machines/ports.ts';

type Saving = Pick<FactStore, 'saveSession' | 'noteIntent' | 'saveAccount'>;

/**
 * The same store, in which facts that it holds already cost no write: machines tell theirs at each
 * turn that begins or ends. What could not be stored is news again the next time, and so is
 * everything about a session whose row a launch has changed: whoever launches must use this one too.
 */
export function newsOnly<S extends Saving>(store: S): S {
  const sessions = saver(store.saveSession, ({ name }) => name);
  const accounts = saver(store.saveAccount, ({ home }) => home);
  return {
    ...store,
    saveSession: sessions.save,
    saveAccount: accounts.save,
    noteIntent: (session, intent) => {
      sessions.forget(session);
      return store.noteIntent(session, intent);
    },
  } satisfies S;
}

function saver<F>(save: (facts: F) => Promise<void>, keyOf: (facts: F) => string) {
  const saved = new Map<string, string>();
  return {
    forget: (key: string): void => void saved.delete(key),
    save: async (facts: F): Promise<void> => {
      const key = keyOf(facts);
      const text = JSON.stringify(facts);
      if (saved.get(key) === text) return;
      saved.set(key, text);
      try {
        await save(facts);
      } catch (error) {
        saved.delete(key);
        throw error;
      }
    },
  };
}

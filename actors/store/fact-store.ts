import type { FactStore } from '../../machines/ports.ts';
import { accountsOn } from './fact-accounts.ts';
import { crashesOn } from './fact-crashes.ts';
import { failoversOn } from './fact-failovers.ts';
import { accountHistoryOn, sessionHistoryOn } from './fact-history.ts';
import { sessionsOn } from './fact-sessions.ts';
import type { FactShelf, Shelf } from './shelf.ts';

/**
 * The facts of one scope, and of the accounts that it shares with others, over any engine. Reads see
 * every write that has resolved. Rejects with what the engine throws.
 */
export function createFactStore({ engine, scope, write }: Shelf): FactStore {
  const shelf: FactShelf = {
    engine,
    scope,
    write: async (statements) => {
      await write(statements);
    },
  };
  return {
    ...sessionsOn(shelf),
    ...crashesOn(shelf),
    ...sessionHistoryOn(shelf),
    ...accountsOn(shelf),
    ...accountHistoryOn(shelf),
    ...failoversOn(shelf),
    close: () => engine.close(),
  };
}

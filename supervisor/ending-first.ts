import type { FailoverFacts } from '../machines/failovers.ts';
import type { FactStore } from '../machines/ports.ts';

/**
 * The same store, in which the end of a failover that could not be written comes before the next one of
 * its session: the journal takes one open failover of a session only, and a session whose last one seems
 * never to have ended could not leave its account any more.
 */
export function endingFirst<S extends Pick<FactStore, 'saveFailover'>>(store: S): S {
  const unwritten = new Map<string, FailoverFacts>();
  const writeEndBefore = async ({ session, id }: FailoverFacts) => {
    const end = unwritten.get(session);
    if (end === undefined || end.id === id) return;
    await store.saveFailover(end);
    unwritten.delete(session);
  };
  return {
    ...store,
    saveFailover: async (facts: FailoverFacts) => {
      try {
        await writeEndBefore(facts);
        await store.saveFailover(facts);
      } catch (error) {
        if (facts.endedAt !== null) unwritten.set(facts.session, facts);
        throw error;
      }
    },
  } satisfies S;
}

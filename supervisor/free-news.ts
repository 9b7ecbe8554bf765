import { isDeepStrictEqual } from 'node:util';
import type { SessionFacts } from '../machines/ports.ts';

/**
 * Whether what a session tells may let a task start: it is free and was not when it told its facts last,
 * or its facts are others now, such as its conversation. Agents say the same again whenever their files
 * are read, and looking for tasks each time would cost a large pool more than all else.
 *
 * @param isFree whether the session of this name can be given a task now
 */
export function createFreeNews(
  isFree: (session: string) => boolean,
): (facts: SessionFacts) => boolean {
  const told = new Map<string, SessionFacts>();
  return (facts) => {
    if (!isFree(facts.name)) {
      told.delete(facts.name);
      return false;
    }
    const isNews = !isDeepStrictEqual(facts, told.get(facts.name));
    told.set(facts.name, facts);
    return isNews;
  };
}

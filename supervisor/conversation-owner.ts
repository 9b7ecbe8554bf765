import { type RootRef, sessionsOf } from './pool.ts';

/**
 * The session of the pool, other than this one, whose agents have this conversation, or go on with it: nobody else may
 * get it. null = it is no other's.
 */
export function ownerBeside(root: RootRef, session: string, conversation: string): string | null {
  const owner = sessionsOf(root).find(
    (one) => one.id !== session && one.getSnapshot().context.conversation === conversation,
  );
  return owner?.id ?? null;
}

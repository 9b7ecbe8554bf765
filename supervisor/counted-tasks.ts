import type { FailoverFacts } from '../machines/failovers.ts';
import type { FactStore } from '../machines/ports.ts';
import type { HeldTask } from '../machines/tasks.ts';

/**
 * The sessions whose task was counted as an attempt before its turn ended in trouble with the account: that
 * it is taken once more, on another account, counts for none, also when the daemon that moved it is gone.
 */
export async function countedTasks(
  store: Pick<FactStore, 'sessions' | 'openFailovers'>,
  held: ReadonlyMap<string, HeldTask>,
): Promise<ReadonlySet<string>> {
  const [sessions, failovers] = await Promise.all([store.sessions(), store.openFailovers()]);
  const troubled = sessions.filter(({ trouble }) => trouble?.isOver === false);
  const leaving = failovers.filter(isTroubled);
  const goesOn = [
    ...troubled.map(({ name, conversation }) => [name, conversation] as const),
    ...leaving.map(({ session, conversation }) => [session, conversation] as const),
  ].filter(([session, conversation]) => held.get(session)?.conversation === conversation);
  return new Set(goesOn.map(([session]) => session));
}

/** Others have their reasons in the account alone, and may carry a task that was never taken. */
function isTroubled({ reason }: FailoverFacts): boolean {
  return reason === 'limit' || reason === 'login';
}

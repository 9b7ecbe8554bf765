import type { LogLine } from './test-pool.ts';

/** How many sessions were at once between the start of their next agent and the moment in which their conversation went on. */
export function mostOnTheWay(log: readonly LogLine[]): number {
  const onTheWay = new Set<unknown>();
  let most = 0;
  for (const { event, session } of log) {
    if (event === 'session.created') onTheWay.add(session);
    if (event === 'failover.completed') onTheWay.delete(session);
    most = Math.max(most, onTheWay.size);
  }
  return most;
}

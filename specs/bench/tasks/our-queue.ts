import type { LogEvent } from '../../../machines/log-events.ts';
import type { TestPool } from '../../harness/test-pool.ts';
import { createArrivals } from '../arrivals.ts';
import { birthsOn } from '../births.ts';
import { allReady, follow } from '../daemon-log.ts';
import { listenToHooks } from '../hook-pipe.ts';
import { taskAdder } from '../task-adder.ts';
import type { QueueContestant } from './contestant.ts';
import type { QueueEvent } from './queue-events.ts';

/** The real daemon on this pool, which nobody else uses. It is heard through its log, and its agents' own hooks. */
export async function startOurQueue(pool: TestPool): Promise<QueueContestant> {
  const events = createArrivals<QueueEvent>();
  listenToHooks(pool, events.hear);
  const run = await pool.start({ awaitReady: false });
  const log = follow(run, (line) => {
    const event = queueEventOf(line);
    if (event !== null) events.hear(event);
  });
  await allReady(log, pool.config.pool.autonomous.max, run);
  return {
    events,
    add: await taskAdder(pool),
    work: async () => {},
    rest: async () => {},
    watchBirths: birthsOn(pool, events.hear),
  };
}

/** What of the log is about tasks; null = it is not. */
function queueEventOf(line: LogEvent): QueueEvent | null {
  switch (line.event) {
    case 'task.dispatched':
      return { kind: 'given', session: line.session, task: line.task };
    case 'session.created':
      return { kind: 'started', session: line.session, pid: line.pid };
    case 'task.confirmed':
      return { kind: 'confirmed', session: line.session, task: line.task };
    case 'task.completed':
      return { kind: 'ended', session: line.session };
    default:
      return null;
  }
}

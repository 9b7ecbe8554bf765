import type { LogEvent } from '../../../machines/log-events.ts';
import type { TestPool } from '../../harness/test-pool.ts';
import { createArrivals } from '../arrivals.ts';
import { birthsOn } from '../births.ts';
import { allReady, follow } from '../daemon-log.ts';
import { listenToHooks } from '../hook-pipe.ts';
import { taskAdder } from '../task-adder.ts';
import type { SwitchingContestant } from './contestant.ts';
import type { SwitchEvent } from './switch-events.ts';

/** The real daemon on this pool of one session. It is heard through its log, and its agents' own hooks. */
export async function startOurSwitching(pool: TestPool): Promise<SwitchingContestant> {
  const events = createArrivals<SwitchEvent>();
  listenToHooks(pool, events.hear);
  const run = await pool.start({ awaitReady: false });
  const log = follow(run, (line) => {
    const event = switchEventOf(line);
    if (event !== null) events.hear(event);
  });
  const [session = ''] = await allReady(log, 1, run);
  const add = await taskAdder(pool);
  return {
    events,
    records: true,
    ask: async (text) => void (await add([text])),
    readmit: async (account) => {
      await pool.sessionIs(session, 'idle.ready');
      const { status, body } = await pool.post(`/v1/accounts/${account}/clear`);
      if (status !== 200) throw new Error(`${account}: ${status} ${JSON.stringify(body)}`);
    },
    work: async () => {},
    rest: async () => {},
    watchBirths: birthsOn(pool, events.hear),
  };
}

/** What of the log is about the session's way; null = it is not. */
function switchEventOf(line: LogEvent): SwitchEvent | null {
  switch (line.event) {
    case 'failover.started':
      return { kind: 'known' };
    case 'session.created':
      return { kind: 'started', account: line.account, pid: line.pid };
    case 'failover.completed':
      return { kind: 'recorded' };
    default:
      return null;
  }
}

import type { TestPool } from '../../harness/test-pool.ts';
import { createArrivals } from '../arrivals.ts';
import { startUsual } from '../usual-contestant.ts';
import type { SwitchingContestant } from './contestant.ts';
import type { Asked, PollerTask, Told } from './screen-poller-messages.ts';
import type { SwitchEvent } from './switch-events.ts';

/** The poller in the place of the daemon of this pool of one session. It rests. */
export async function startUsualSwitching(pool: TestPool): Promise<SwitchingContestant> {
  const events = createArrivals<SwitchEvent>();
  const { say, ...usual } = await startUsual<Told>(pool, {
    poller: 'failovers/screen-poller',
    task: taskIn(pool),
    hear: events.hear,
  });
  return {
    events,
    ...usual,
    records: false,
    ask: async (text) => say({ text } satisfies Asked),
    // It only knows the other one.
    readmit: async () => {},
  };
}

function taskIn({ socketPath, config }: TestPool): PollerTask {
  const { command, permissionMode, env } = config.agent;
  return {
    socket: socketPath,
    session: 'usual-11',
    workdir: config.pool.autonomous.workdir,
    env,
    agent: [...command, '--permission-mode', permissionMode],
    accounts: config.accounts.map(({ name, home }) => ({ name, home })),
  };
}

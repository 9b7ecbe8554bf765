import type { TestPool } from '../../harness/test-pool.ts';
import { createArrivals } from '../arrivals.ts';
import { watchBirths } from '../births.ts';
import { forkPoller } from '../forked-poller.ts';
import { listenToHooks } from '../hook-pipe.ts';
import type { SwitchingContestant } from './contestant.ts';
import type { Asked, PollerTask, Told } from './screen-poller-messages.ts';
import type { SwitchEvent } from './switch-events.ts';

/** The poller in the place of the daemon of this pool of one session. It rests. */
export async function startUsualSwitching(pool: TestPool): Promise<SwitchingContestant> {
  const events = createArrivals<SwitchEvent>();
  listenToHooks(pool, events.hear);
  const { order, say, isUp } = forkPoller<Told>('failovers/screen-poller', {
    task: taskIn(pool),
    env: pool.env,
    hear: events.hear,
  });
  await isUp;
  const server = Number(pool.tmux('display-message', '-p', '#{pid}'));
  return {
    events,
    records: false,
    ask: async (text) => say({ text } satisfies Asked),
    // It only knows the other one.
    readmit: async () => {},
    work: () => order('sweep'),
    rest: () => order('rest'),
    watchBirths: () => watchBirths(server, (pid) => events.hear({ kind: 'born', pid })),
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

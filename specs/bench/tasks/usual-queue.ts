import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestPool } from '../../harness/test-pool.ts';
import { createArrivals } from '../arrivals.ts';
import { watchBirths } from '../births.ts';
import { forkPoller } from '../forked-poller.ts';
import { listenToHooks } from '../hook-pipe.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Added } from '../task-adder.ts';
import type { QueueContestant } from './contestant.ts';
import { putTask } from './inbox.ts';
import type { PollerTask, Told } from './inbox-poller-messages.ts';
import type { QueueEvent } from './queue-events.ts';

/** The poller in the place of the daemon of this pool, all its agents at their prompts. It rests. */
export async function startUsualQueue(pool: TestPool): Promise<QueueContestant> {
  const events = createArrivals<QueueEvent>();
  listenToHooks(pool, events.hear);
  const task = taskIn(pool);
  mkdirSync(task.inbox);
  const { order, isUp } = forkPoller<Told>('tasks/inbox-poller', {
    task,
    env: pool.env,
    hear: events.hear,
  });
  await isUp;
  const server = Number(pool.tmux('display-message', '-p', '#{pid}'));
  return {
    events,
    add: adder(task.inbox),
    work: () => order('sweep'),
    rest: () => order('rest'),
    watchBirths: () => watchBirths(server, (pid) => events.hear({ kind: 'born', pid })),
  };
}

function taskIn({ dir, socketPath, config }: TestPool): PollerTask {
  const { workdir, max } = config.pool.autonomous;
  const { command, permissionMode, env } = config.agent;
  return {
    socket: socketPath,
    sessions: Array.from({ length: max }, (_, i) => `usual-${11 + i}`),
    workdir,
    inbox: join(dir, 'inbox'),
    env: { ...env, CLAUDE_CONFIG_DIR: config.accounts[0]?.home ?? '' },
    agent: [...command, '--permission-mode', permissionMode],
  };
}

function adder(inbox: string): QueueContestant['add'] {
  let count = 0;
  return async (texts) =>
    texts.map((text): Added => {
      count += 1;
      // Sorts by age.
      const task = `task-${String(count).padStart(6, '0')}`;
      const atMs = monotonicMs();
      putTask(inbox, task, text, { synced: true });
      return { task, atMs };
    });
}

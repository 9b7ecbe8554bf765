import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestPool } from '../../harness/test-pool.ts';
import { createArrivals } from '../arrivals.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Added } from '../task-adder.ts';
import { startUsual } from '../usual-contestant.ts';
import type { QueueContestant } from './contestant.ts';
import { putTask } from './inbox.ts';
import type { PollerTask, Told } from './inbox-poller-messages.ts';
import type { QueueEvent } from './queue-events.ts';

/** The poller in the place of the daemon of this pool, all its agents at their prompts. It rests. */
export async function startUsualQueue(pool: TestPool): Promise<QueueContestant> {
  const events = createArrivals<QueueEvent>();
  const task = taskIn(pool);
  mkdirSync(task.inbox);
  const { work, rest, watchBirths } = await startUsual<Told>(pool, {
    poller: 'tasks/inbox-poller',
    task,
    hear: events.hear,
  });
  return { events, add: adder(task.inbox), work, rest, watchBirths };
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

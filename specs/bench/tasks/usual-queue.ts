import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compiledProgram } from '../../harness/compiled.ts';
import { atEnd } from '../../harness/scope.ts';
import type { TestPool } from '../../harness/test-pool.ts';
import { type Arrivals, createArrivals } from '../arrivals.ts';
import { monotonicMs } from '../monotonic.ts';
import { watchBirths } from './births.ts';
import type { Added, QueueContestant } from './contestant.ts';
import { listenToHooks } from './hook-pipe.ts';
import { putTask } from './inbox.ts';
import type { Order, PollerTask, Told } from './inbox-poller-messages.ts';
import type { QueueEvent } from './queue-events.ts';

const BOOT_MS = 300_000;

/** The poller in the place of the daemon of this pool, all its agents at their prompts. It rests. */
export async function startUsualQueue(pool: TestPool): Promise<QueueContestant> {
  const events = createArrivals<QueueEvent>();
  const words = createArrivals<Told>();
  listenToHooks(pool, events.hear);
  const task = taskIn(pool);
  mkdirSync(task.inbox);
  const child = startPoller(task, pool.env);
  child.on('message', (told: Told) => {
    if (told.kind === 'swept' || told.kind === 'resting') words.hear(told);
    else events.hear(told);
  });
  // It does so once all of its agents are up.
  if ((await words.find(({ told }) => told.kind === 'resting', BOOT_MS)) === null) {
    throw new Error('the agents of the poller did not come up');
  }
  const server = Number(pool.tmux('display-message', '-p', '#{pid}'));
  return {
    events,
    add: adder(task.inbox),
    work: () => order(child, words, 'sweep'),
    rest: () => order(child, words, 'rest'),
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

function startPoller(task: PollerTask, env: NodeJS.ProcessEnv): ChildProcess {
  const child = fork(compiledProgram('specs/bench/tasks/inbox-poller'), [JSON.stringify(task)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  atEnd(async () => {
    // Without us it ends by itself, and its server with it.
    if (child.connected) child.disconnect();
    await exited;
  });
  return child;
}

/** Resolves when the order is carried out: a sweep was done since, or none will be. */
async function order(child: ChildProcess, words: Arrivals<Told>, order: Order): Promise<void> {
  const sinceMs = monotonicMs();
  const kind = order === 'sweep' ? 'swept' : 'resting';
  child.send(order);
  const done = await words.find(({ told, atMs }) => told.kind === kind && atMs > sinceMs, BOOT_MS);
  if (done === null) throw new Error(`the poller does not ${order}`);
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

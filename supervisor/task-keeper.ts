import type { LogEvent } from '../machines/log-events.ts';
import type { Lease, TaskStore } from '../machines/tasks.ts';
import { createDogged } from './dogged.ts';

export interface TaskKeeper {
  /** The leases of our sessions are renewed now, and tasks that are asked to end are told. */
  renew(): void;
  /** Abandoned leases are looked for, and once an hour ended tasks are forgotten. */
  sweep(): void;
  /** Resolves when what is under way has ended; leases are left as they are. */
  stop(): Promise<void>;
}

export interface TaskKeeperParts {
  readonly tasks: Pick<TaskStore, 'renew' | 'prune'>;
  /** The sessions that hold a task, or have told of one what is not stored yet. */
  readonly holders: () => readonly string[];
  /** A person asked for the end of this task, which one of our sessions holds. */
  readonly cancel: (lease: Lease) => void;
  /** Queues tasks again that nobody works on any more. */
  readonly reap: () => Promise<unknown>;
  readonly leaseMs: number;
  readonly monotonicMs: () => number;
  readonly tell: (entry: LogEvent) => void;
}

const PRUNE_EVERY_MS = 3_600_000;

/**
 * Keeps the leases of our sessions while they work, and the list of tasks in order. What fails is said
 * once, and tried again the next time.
 */
export function createTaskKeeper(parts: TaskKeeperParts): TaskKeeper {
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  const pruneIfDue = async () => {
    if (parts.monotonicMs() - prunedAtMs < PRUNE_EVERY_MS) return;
    await parts.tasks.prune();
    prunedAtMs = parts.monotonicMs();
  };
  const { tell } = parts;
  const renewing = createDogged('renewing the leases', tell, () => renewAll(parts));
  const sweeping = createDogged('looking for abandoned tasks', tell, async () => {
    await parts.reap();
    await pruneIfDue();
  });
  const timer = setInterval(renewing.ask, parts.leaseMs / 3);
  timer.unref();
  return {
    renew: renewing.ask,
    sweep: sweeping.ask,
    stop: async () => {
      clearInterval(timer);
      await Promise.all([renewing.stop(), sweeping.stop()]);
    },
  };
}

async function renewAll({ tasks, holders, cancel }: TaskKeeperParts): Promise<void> {
  const sessions = holders();
  if (sessions.length === 0) return;
  (await tasks.renew(sessions)).forEach(cancel);
}

import { createAlarm } from './alarm.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { createDispatcher } from './dispatcher.ts';
import { createFreeNews } from './free-news.ts';
import { signalDealer } from './hear-signals.ts';
import type { Hearing } from './hear-statuses.ts';
import { createNearlyUsed } from './may-be-left.ts';
import type { RootRef } from './pool.ts';
import type { QueueBoard } from './queue-board.ts';
import { reapOrphans } from './reap-orphans.ts';
import type { Recording } from './recording.ts';
import { createStaying, createUsableNews } from './staying.ts';
import { isRetiring, supervisedSlots } from './supervised.ts';
import { createTaskKeeper, type TaskKeeper } from './task-keeper.ts';
import { createTaskPool, type TaskPool } from './task-pool.ts';

/** What a daemon does with tasks as long as it lives. */
export interface TaskService {
  /** Somebody changed the tasks: they are looked at now. */
  nudge(): void;
  /** No task is given out and no signal dealt with any more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface TaskServiceParts {
  readonly daemon: DaemonParts;
  readonly recording: Recording;
  readonly statuses: Hearing;
  readonly board: QueueBoard;
}

/** Begins at once: signals that wait are dealt with, tasks given out, leases renewed. */
export function startTaskService(root: RootRef, parts: TaskServiceParts): TaskService {
  const { daemon, recording, board } = parts;
  const isStaying = createStaying(root, daemon);
  const pool = createTaskPool(root, {
    isSettled: recording.news.isSettled,
    isStaying: (session, account) => !isRetiring(daemon, session) && isStaying(session, account),
    isNearlyUsed: createNearlyUsed(daemon),
  });
  const dispatcher = createDispatcher({
    tasks: daemon.tasks,
    pool,
    presence: daemon.tmux.presence,
    tell: recording.tell,
    now: daemon.chance.clock.now,
    alarm: createAlarm,
    onPassed: board.refresh,
  });
  const keeper = keeperOf(pool, { ...parts, onReaped: dispatcher.wake });
  recording.onStored(dispatcher.wake);
  const isNewlyFree = createFreeNews(pool.isFree);
  const isNewlyUsable = createUsableNews(daemon.accounts.isUsable);
  root.on('changed', ({ facts }) => {
    if (isNewlyFree(facts)) dispatcher.wake();
  });
  // The sessions of an account that can be used again have nothing to tell, and are free.
  root.on('accountChanged', ({ facts }) => {
    if (isNewlyUsable(facts.account)) dispatcher.wake();
  });
  root.on('resumed', dispatcher.wake);
  root.on('failoverChanged', ({ facts }) => {
    if (facts.endedAt !== null) dispatcher.wake();
  });
  root.on('reconciled', ({ because }) => {
    if (because !== 'interval') return;
    daemon.signals.refresh();
    keeper.sweep();
    dispatcher.wake();
  });
  const isLeaving = (session: string) => isRetiring(daemon, session);
  daemon.signals.listen(
    signalDealer(root, { statuses: parts.statuses, ...recording, isRetiring: isLeaving }),
  );
  for (const begin of [dispatcher.wake, keeper.renew, keeper.sweep]) begin();
  return {
    nudge: () => {
      dispatcher.wake();
      keeper.renew();
    },
    stop: async () => {
      await Promise.all([dispatcher.stop(), keeper.stop(), board.stop(), daemon.signals.close()]);
    },
  };
}

function keeperOf(
  pool: TaskPool,
  { daemon, recording, onReaped }: TaskServiceParts & { readonly onReaped: () => void },
): TaskKeeper {
  const { tasks, config, tmux, processes, chance, neighbours } = daemon;
  const { tell } = recording;
  const { bootId, monotonicMs } = chance.clock;
  const names = supervisedSlots(daemon).map(({ name }) => name);
  return createTaskKeeper({
    tasks,
    holders: pool.holders,
    cancel: pool.cancel,
    reap: async () => {
      const { observe } = tmux;
      const { isAlive } = processes;
      const parts = { ...neighbours, tasks, names, isAlive, observe, bootId, tell };
      if ((await reapOrphans(parts)) > 0) onReaped();
    },
    leaseMs: config.tasks.leaseMs,
    monotonicMs,
    tell,
  });
}

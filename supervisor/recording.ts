import type { LogEvent } from '../machines/log-events.ts';
import { createAlarm } from './alarm.ts';
import { createBacklog } from './backlog.ts';
import { childNamed } from './child-ids.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { isPassing } from './passing-failure.ts';
import { createPendingWrites } from './pending-writes.ts';
import { type RootRef, sessionNamed } from './pool.ts';
import { record } from './recorder.ts';
import { supervisedSlots } from './supervised.ts';
import { createTaskRecorder, type TaskRecorder } from './task-recorder.ts';
import { createTeller } from './tell.ts';
import { createTmuxSight, type TmuxSight } from './tmux-sight.ts';

/** Everything that is written down: the log, the facts of sessions and accounts, what becomes of tasks. */
export interface Recording {
  readonly tell: (entry: LogEvent) => void;
  readonly news: TaskRecorder;
  readonly sight: TmuxSight;
  /** Writes down what this root tells, from before its start on. */
  attach(root: RootRef): void;
  /**
   * Resolves when all that a session has told so far is stored, and what others told because of it;
   * rejects when it will not be.
   */
  stored(session: string): Promise<void>;
  /** Tries once more what could not be stored; resolves when that has ended, well or badly. */
  flush(): Promise<void>;
  /** Told whenever news of a task were stored. */
  onStored(listener: () => void): void;
}

type RecordingParts = Pick<
  DaemonParts,
  'config' | 'retiring' | 'store' | 'tasks' | 'chance' | 'sleep' | 'log'
>;

export function createRecording(parts: RecordingParts): Recording {
  const { store, tasks, chance, log } = parts;
  const listeners = new Set<() => void>();
  let root: RootRef | null = null;
  const facts = createPendingWrites({
    onError: (error) => tell(unstored('a fact', error)),
    isPassing,
    // A launch notes what it starts in the same row.
    mayRetry: (key) => !isLaunching(root, key),
  });
  // Apart from the facts: a long history must not keep them waiting, nor take their place.
  const history = createBacklog({
    onError: (error) => tell(unstored('a line of a history', error)),
    isPassing,
  });
  const retry = async () => {
    await Promise.all([facts.retry(), history.retry()]);
  };
  const homes = new Map(parts.config.accounts.map(({ name, home }) => [name, home]));
  const tell = createTeller({
    log,
    addHistory: (session, entry) => history.keep(() => store.addHistory(session, entry)),
    addAccountHistory: (account, entry) => {
      const home = homes.get(account);
      if (home !== undefined) history.keep(() => store.addAccountHistory(home, entry));
    },
    now: chance.clock.now,
  });
  const sight = createTmuxSight({ tell, now: chance.clock.now, alarm: createAlarm });
  const indexes = new Map(supervisedSlots(parts).map(({ name, index }) => [name, index]));
  const news = createTaskRecorder({
    tasks,
    tell,
    indexOf: (session) => indexes.get(session) ?? null,
    sleep: parts.sleep,
    onStored: () => {
      for (const listener of listeners) listener();
    },
  });
  return {
    tell,
    news,
    sight,
    attach: (started) => {
      root = started;
      record(root, { store, names: [...indexes.keys()], writes: facts, sight, tell });
      root.on('task', ({ report }) => news.hear(report));
      root.on('reconciled', ({ because }) => {
        if (because === 'interval') void retry();
      });
    },
    stored: async (session) => {
      await Promise.all([news.settled(session), history.settled()]);
      await facts.durable((key) => isToldBecauseOf(key, session));
    },
    flush: retry,
    onStored: (listener) => void listeners.add(listener),
  };
}

function isLaunching(root: RootRef | null, key: string): boolean {
  const session = root === null ? null : sessionNamed(root, key);
  return session?.getSnapshot().hasTag('launching') ?? false;
}

/** Its own facts, and those of the account that its turn may have told something of. */
function isToldBecauseOf(key: string, session: string): boolean {
  return key === session || childNamed(key).kind === 'account';
}

function unstored(what: string, error: unknown): LogEvent {
  const next = isPassing(error) ? ': it is tried again until it is' : '';
  return { event: 'daemon.error', reason: `${what} could not be stored${next}`, error };
}

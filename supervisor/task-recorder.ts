import { FailoverError } from '../config/errors.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { TaskReport, TaskStore } from '../machines/tasks.ts';
import { taskEntry } from './task-entries.ts';
import { type Written, writeNews } from './write-news.ts';

export interface TaskRecorder {
  /** News that a session told: they are stored in the order in which they are heard. */
  hear(report: TaskReport): void;
  /** Whether all that this session told is stored. */
  isSettled(session: string): boolean;
  /** Resolves when all that this session told so far is stored; rejects when it will not be by this daemon. */
  settled(session: string): Promise<void>;
  /** Waits no longer between tries; resolves when all that was told is stored or was given up. */
  stop(): Promise<void>;
}

export interface TaskRecorderParts {
  readonly tasks: Pick<
    TaskStore,
    'confirm' | 'complete' | 'fail' | 'release' | 'finishCancel' | 'brief'
  >;
  readonly tell: (entry: LogEvent) => void;
  readonly indexOf: (session: string) => number | null;
  /** Resolves after so many milliseconds, or at once when `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Something of this session was stored: it, and tasks that waited, may go on. */
  readonly onStored: (session: string) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;

/**
 * Writes what sessions tell of their tasks, and logs it once it is stored. News of one session are
 * written one after the other, and tried again until the store takes them: an end that was lost would
 * have its task run twice.
 */
export function createTaskRecorder(parts: TaskRecorderParts): TaskRecorder {
  const abort = new AbortController();
  const last = new Map<string, Promise<void>>();
  const hear = (report: TaskReport) => {
    const { session } = report;
    const before = last.get(session) ?? Promise.resolve();
    // What an earlier one could not be stored for, keeps this one from it, too: order matters.
    const stored = before.then(() => store(parts, report, abort.signal));
    last.set(session, stored);
    stored.then(
      () => {
        if (last.get(session) === stored) last.delete(session);
        parts.onStored(session);
      },
      () => {},
    );
  };
  return {
    hear,
    isSettled: (session) => !last.has(session),
    settled: async (session) => await last.get(session),
    stop: async () => {
      abort.abort();
      await Promise.allSettled(last.values());
    },
  };
}

async function store(
  parts: TaskRecorderParts,
  report: TaskReport,
  signal: AbortSignal,
): Promise<void> {
  const written = await writeUntilTaken(parts, report, signal);
  // What the log says on top is worth a question, but no second one.
  const task = await parts.tasks.brief(report.lease.id).catch(() => null);
  parts.tell(taskEntry(report, { written, task, index: parts.indexOf(report.session) }));
}

async function writeUntilTaken(
  { tasks, tell, sleep }: TaskRecorderParts,
  report: TaskReport,
  signal: AbortSignal,
): Promise<Written> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await writeNews(tasks, report);
    } catch (error) {
      if (waitMs === FIRST_WAIT_MS) tell(unstored(report, error));
      if (isHopeless(error) || signal.aborted) throw error;
      await sleep(waitMs, signal);
    }
  }
}

/** A newer daemon has these sessions now: it has read the same signals. */
function isHopeless(error: unknown): boolean {
  return error instanceof FailoverError && error.code === 'CONFLICT';
}

function unstored({ session, lease, news }: TaskReport, error: unknown): LogEvent {
  const what = `"${news.kind}" of ${lease.id}, told by ${session}, could not be stored`;
  const next = isHopeless(error)
    ? 'a newer daemon has taken over'
    : 'it is tried again until it is';
  return { event: 'daemon.error', reason: `${what}: ${next}`, error };
}

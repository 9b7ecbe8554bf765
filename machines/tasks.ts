/**
 * Tasks: what is queued, who holds it, and the port through which all of it is kept. A task is
 * accepted once it is committed, is held by one session at a time, and ends once.
 */
import type { HistoryEntry, ProcessIdentity } from './ports.ts';

/** `blocked`: a dependency is not done yet. `dead`, `cancelled`: ended without being done. */
export type TaskState = 'queued' | 'blocked' | 'running' | 'done' | 'dead' | 'cancelled';

/** Highest first. */
export const TASK_PRIORITIES = ['critical', 'high', 'default', 'low'] as const;
export type TaskPriority = (typeof TASK_PRIORITIES)[number];

/** A task as somebody wants it; every field was checked before (`policy/task-text.ts` the text). */
export interface NewTask {
  /** Makes adding idempotent: within one project the same key is the same task. null = none. */
  readonly key: string | null;
  /** Absolute, without symbolic links: the directory that its agent works in. */
  readonly project: string;
  readonly priority: TaskPriority;
  /** The prompt, without the header line. */
  readonly text: string;
  /** Ids of tasks that must be done first. */
  readonly dependsOn: readonly string[];
  /** Epoch milliseconds before which it is not started; null = at once. */
  readonly notBefore: number | null;
}

export interface Task extends Omit<NewTask, 'text'> {
  /** `t_` and a ULID: sorts by the time of its acceptance. */
  readonly id: string;
  readonly state: TaskState;
  /** Confirmed deliveries that count, the running one included; one that was given back does not. */
  readonly attempts: number;
  /** The session that holds it (running), or held it last; null before. */
  readonly session: string | null;
  /** The conversation it began in; null before its first confirmation. */
  readonly conversation: string | null;
  /** A person asked for its end while it ran. */
  readonly cancelRequested: boolean;
  readonly createdAt: number;
  /** First confirmation; null before. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What the agent said last, of a task that is done. */
  readonly result: string | null;
  /** Why it last failed, or why it is dead. */
  readonly error: string | null;
}

/** What the log says of a task on top of what its session told. */
export type TaskBrief = Pick<Task, 'state' | 'attempts' | 'conversation'>;

/** How a task stands and how its text begins: enough to name it beside others. */
export interface TaskOutline {
  readonly state: TaskState;
  /** The first few hundred characters of its text. */
  readonly begin: string;
}

export interface TaskDetail extends Task {
  readonly text: string;
  /** Newest last. */
  readonly history: readonly HistoryEntry[];
}

/** Proof that a session holds a task: `fence` grows with each claim of it and never repeats. */
export interface Lease {
  readonly id: string;
  readonly fence: number;
}

/**
 * A task in the hands of a session. Without its text, which may be a megabyte and is read by whoever
 * delivers it.
 */
export interface HeldTask extends Lease {
  readonly project: string;
  /** The conversation to go on in, because it began there; null = it has not begun. */
  readonly conversation: string | null;
  readonly attempts: number;
  /** True once the client has taken its prompt; false again when another agent is about to be started. */
  readonly confirmed: boolean;
}

export interface QueueCounts {
  readonly queued: number;
  readonly blocked: number;
  readonly running: number;
  readonly done: number;
  readonly dead: number;
  readonly cancelled: number;
}

/** A task that could be started now. */
export interface ReadyTask {
  readonly id: string;
  readonly project: string;
  readonly priority: TaskPriority;
  readonly conversation: string | null;
  /** `announce` has told of it. */
  readonly isAnnounced: boolean;
}

/** A lease that nobody renews any more, and what is known of the session that took it. */
export interface OrphanedLease extends Lease {
  /** The socket path of the tmux server on which the session is: names are unique on one server only. */
  readonly scope: string;
  readonly session: string;
  /** Its tmux session's mark, which it keeps under another name; null when it was never recorded. */
  readonly mark: string | null;
  /** The agent that may still work on it; null when none was alive at the last record. */
  readonly agent: ProcessIdentity | null;
  /** The boot of that record; '' when an agent may have been started since. */
  readonly bootId: string;
}

/** What whoever adds, looks at, cancels or retries tasks needs: every process of the operator may. */
export interface TaskBook {
  /**
   * Durable when it resolves. `created` is false when the project has a task of this key already, in
   * whatever state: that one's id is given. Rejects with `NOT_FOUND` for an unknown dependency.
   */
  add(task: NewTask): Promise<{ readonly id: string; readonly created: boolean }>;
  /** null when there is no such task. */
  show(id: string): Promise<TaskDetail | null>;
  /** Oldest first; the newest `limit` of them. */
  list(filter: {
    readonly states: readonly TaskState[] | null;
    readonly limit: number;
  }): Promise<readonly Task[]>;
  /** Those of these tasks that exist, by id. */
  outlines(ids: readonly string[]): Promise<ReadonlyMap<string, TaskOutline>>;
  counts(): Promise<QueueCounts>;
  /**
   * A waiting task is cancelled at once; a running one is marked, and its daemon ends it (`requested`).
   * `already`: it has ended, or was asked to. Tasks that wait for a cancelled or dead one stay
   * blocked. Rejects with `NOT_FOUND`.
   */
  cancel(id: string): Promise<'cancelled' | 'requested' | 'already'>;
  /**
   * A dead or cancelled task is queued again with a clean count, in its conversation if it has one;
   * one that waits for its `notBefore` starts as soon as it can. False when there was nothing to do:
   * it is queued, blocked, running or done. Rejects with `NOT_FOUND`.
   */
  retry(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Tasks as a daemon uses them, for the sessions of one tmux server. Leases run by the database's
 * clock. Every write names its lease; one whose lease was lost changes nothing and resolves false (or
 * null). Whatever resolves is durable; a daemon that a newer one has fenced off is refused (`CONFLICT`).
 */
export interface TaskStore extends TaskBook {
  /** Tasks accepted since the last call, by whichever process: each is told once. */
  announce(): Promise<readonly Task[]>;
  /** Startable now, best first: by priority, then by age. */
  ready(limit: number): Promise<readonly ReadyTask[]>;
  /**
   * Epoch milliseconds when the next waiting task can be started by time alone; null = none. Ask before
   * `ready`: what becomes due between the two questions is then in the second answer.
   */
  nextDueAt(): Promise<number | null>;
  /** The whole prompt, without the header line; null when there is no such task. */
  textOf(id: string): Promise<string | null>;
  /** How it stands, without the text and the history that `show` reads; null when there is no such task. */
  brief(id: string): Promise<TaskBrief | null>;
  /** Gives the task to this session if it can still be started and the session holds none; else null. */
  claim(id: string, session: string): Promise<HeldTask | null>;
  /** The tasks that sessions of this tmux server hold, by session. */
  held(): Promise<ReadonlyMap<string, HeldTask>>;
  /** Renews the leases of these sessions in one statement, and tells which tasks are asked to end. */
  renew(sessions: readonly string[]): Promise<readonly Lease[]>;
  /**
   * The client has taken the prompt in this conversation. `counts`: as an attempt. Confirming twice
   * changes nothing more, unless an intent to launch (`FactStore.noteIntent`) came in between: then it
   * is the next delivery, and another attempt.
   */
  confirm(
    lease: Lease,
    confirmation: { readonly conversation: string; readonly counts: boolean },
  ): Promise<boolean>;
  /** Done; tasks that waited for it are queued. `result` is what the agent said last. */
  complete(lease: Lease, result: string): Promise<boolean>;
  /**
   * Queued again after the back-off, or dead: when it cannot be retried or `max_attempts` are used up.
   * Cancelled when a person has asked for its end meanwhile; so with `release` and `reap`.
   */
  fail(
    lease: Lease,
    failure: { readonly error: string; readonly retryable: boolean },
  ): Promise<'queued' | 'dead' | 'cancelled' | null>;
  /**
   * Given back without an attempt, and not started again for a while. `undelivered`: the client never
   * took it; after many such tries in a row it is dead all the same.
   */
  release(
    lease: Lease,
    why: { readonly reason: string; readonly undelivered: boolean },
  ): Promise<'queued' | 'dead' | 'cancelled' | null>;
  /** The agent has let go of a task that was asked to end; false also for one that was not. */
  finishCancel(lease: Lease): Promise<boolean>;
  /**
   * Leases of no session in `sessions` that ran out: of an earlier range, or of a daemon that is gone,
   * on whichever tmux server.
   */
  orphans(sessions: readonly string[]): Promise<readonly OrphanedLease[]>;
  /** Queues such a task again, without an attempt; null when its lease is not the one that ran out any more. */
  reap(lease: Lease): Promise<'queued' | 'dead' | 'cancelled' | null>;
  /** Forgets tasks that ended longer ago than `tasks.retention`; how many. */
  prune(): Promise<number>;
}

/** What a session tells of the task in its hands; `session` and lease are in the report that carries it. */
export type TaskNews =
  | { readonly kind: 'confirmed'; readonly conversation: string; readonly counts: boolean }
  | { readonly kind: 'completed'; readonly result: string }
  | { readonly kind: 'failed'; readonly error: string; readonly retryable: boolean }
  | { readonly kind: 'returned'; readonly reason: string; readonly undelivered: boolean }
  | { readonly kind: 'cancelled' };

export interface TaskReport {
  readonly session: string;
  readonly lease: Lease;
  readonly news: TaskNews;
}

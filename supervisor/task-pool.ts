/** The sessions of the pool as those see them who deal with tasks. */
import type { HeldTask, Lease } from '../machines/tasks.ts';
import type { SessionSnapshot } from './belief.ts';
import type { Candidate } from './dispatch.ts';
import { type RootRef, sessionNamed, sessionsOf } from './pool.ts';

export interface TaskPool {
  candidates(): readonly Candidate[];
  isFree(session: string): boolean;
  /** Hands a leased task to the session. */
  give(session: string, task: HeldTask): void;
  /** Tells the session that holds this task that a person asked for its end. */
  cancel(lease: Lease): void;
  /** The sessions that hold a task, or have told of one what is not stored yet. */
  holders(): readonly string[];
  /** What the log says of a session beside its name; null when there is none of this name now. */
  placeOf(session: string): { readonly index: number | null; readonly account: string } | null;
}

export interface TaskPoolParts {
  /**
   * Whether all news that the session told of its tasks are stored: until then the store takes it for the
   * holder of the last one.
   */
  readonly isSettled: (session: string) => boolean;
  /** Whether the session, which is on this account, may begin something there. */
  readonly isStaying: (session: string, account: string) => boolean;
  /** Whether this account is nearly used up. */
  readonly isNearlyUsed: (account: string) => boolean;
}

export function createTaskPool(root: RootRef, parts: TaskPoolParts): TaskPool {
  const { isSettled, isStaying, isNearlyUsed } = parts;
  const snapshotOf = (session: string) => sessionNamed(root, session)?.getSnapshot() ?? null;
  const free = (snapshot: SessionSnapshot) => {
    const { slot, account } = snapshot.context;
    return isAwaitingTask(snapshot) && isSettled(slot.name) && isStaying(slot.name, account);
  };
  return {
    candidates: () =>
      sessionsOf(root).map((session) => {
        const snapshot = session.getSnapshot();
        return {
          ...candidateOf(snapshot),
          isFree: free(snapshot),
          isNearlyUsed: isNearlyUsed(snapshot.context.account),
        };
      }),
    isFree: (session) => {
      const snapshot = snapshotOf(session);
      return snapshot !== null && free(snapshot);
    },
    give: (session, task) => sessionNamed(root, session)?.send({ type: 'task.assigned', task }),
    cancel: ({ id }) => {
      const holds = sessionsOf(root).find(
        (session) => session.getSnapshot().context.task?.id === id,
      );
      holds?.send({ type: 'task.cancelled', id });
    },
    holders: () =>
      sessionsOf(root).flatMap((session) => {
        const { slot, task } = session.getSnapshot().context;
        return task !== null || !isSettled(slot.name) ? [slot.name] : [];
      }),
    placeOf: (session) => {
      const context = snapshotOf(session)?.context;
      return context === undefined ? null : { index: context.slot.index, account: context.account };
    },
  };
}

function isAwaitingTask(snapshot: SessionSnapshot): boolean {
  const { task, held } = snapshot.context;
  return snapshot.matches({ idle: 'ready' }) && task === null && !held;
}

function candidateOf({ context }: SessionSnapshot): Omit<Candidate, 'isFree' | 'isNearlyUsed'> {
  const { slot, conversation, hasTranscript, workdir, since } = context;
  return { name: slot.name, kind: slot.kind, conversation, hasTranscript, workdir, since };
}

import { troubleOf } from '../machines/policy/trouble.ts';
import type { Signal, TurnOutcome } from '../machines/signals.ts';
import type { HeldTask } from '../machines/tasks.ts';
import { turnEndOf } from './turn-end.ts';

/** A task that a session holds, with what its agent has said of it so far. */
export interface ResumedTask {
  readonly task: HeldTask;
  /** How its turn ended; null when it has not, goes on on another account, or nothing tells. */
  readonly ended: TurnOutcome | null;
}

/**
 * What the signals that no daemon has dealt with yet say of the tasks that sessions hold: taken since,
 * or ended. Signals of other conversations and of earlier turns say nothing.
 *
 * @param signals oldest first
 */
export function foldSignals(
  held: ReadonlyMap<string, HeldTask>,
  signals: readonly Signal[],
): ReadonlyMap<string, ResumedTask> {
  const folded = new Map<string, ResumedTask>();
  for (const [session, task] of held) {
    const ofSession = signals.filter((signal) => signal.session === session);
    folded.set(session, ofSession.reduce(hear, { task, ended: null }));
  }
  return folded;
}

function hear(known: ResumedTask, signal: Signal): ResumedTask {
  const { task } = known;
  if (signal.kind === 'prompted' && signal.task === task.id) {
    return confirmed(task, signal.conversation);
  }
  const isOurs = task.confirmed && task.conversation === signal.conversation;
  if (!isOurs) return known;
  // A person goes on in its conversation: it has not ended yet.
  if (signal.kind === 'prompted') return { task, ended: null };
  const end = turnEndOf(signal);
  return end?.background === 0 ? { task, ended: endOf(end.outcome) } : known;
}

/** A turn that ended in trouble with its account goes on, there or elsewhere. */
function endOf(outcome: TurnOutcome): TurnOutcome | null {
  return outcome.kind === 'failed' && troubleOf(outcome) !== null ? null : outcome;
}

function confirmed(task: HeldTask, conversation: string): ResumedTask {
  const attempts = task.confirmed ? task.attempts : task.attempts + 1;
  return { task: { ...task, confirmed: true, conversation, attempts }, ended: null };
}

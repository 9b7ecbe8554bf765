/** What each event changes in what a session knows of its task, as pure functions. */
import { isOfAccount } from '../policy/account-refusal.ts';
import { describeDeath } from '../policy/death.ts';
import { explainExit } from '../policy/exit-codes.ts';
import { findsNoConversation, noConversation, PUT_BACK } from '../policy/not-found.ts';
import type { TurnOutcome } from '../signals.ts';
import type { HeldTask, TaskNews } from '../tasks.ts';
import { type Change, NO_TASK } from './context.ts';
import { isTrouble, troubleOver } from './trouble-changes.ts';
import type { Death, Launched, LaunchFailure, SessionContext } from './types.ts';

/** So many agents in a row that end with a prompt before they confirm it: it may be the prompt that ends them. */
const LOST_DELIVERIES_MAX = 3;

/** Launch errors that come before anything is started, whatever the account. */
const STARTED_NOTHING: ReadonlySet<string> = new Set([
  'WORKDIR_MISSING',
  'COMMAND_NOT_FOUND',
  'TRANSCRIPT_VANISHED',
  'AGENT_WILL_NOT_DIE',
  'TMUX_NAME_TAKEN',
  'SESSION_RENAMED',
  'STORE_FAILED',
  'DISK_FAILED',
  'FOLDER_UNSAFE',
  'TOOL_GUARD_FAILED',
  'NOT_FOUND',
  'TASK_UNKNOWN',
  'DELIVERY_POSTPONED',
  'POOL_ESCALATED',
]);

/** The dispatcher has leased it for this session: no agent has its prompt yet. */
export function taskTaken(context: SessionContext, task: HeldTask): Change {
  return {
    ...NO_TASK,
    ...troubleOver(context),
    task: { ...task, confirmed: false },
    counts: true,
  };
}

/** The client has its prompt: the task has begun in this conversation, and counts once for it. */
export function taskConfirmed({ task, counts, conversation }: SessionContext): Change {
  if (task === null) return {};
  const attempts = task.attempts + (counts ? 1 : 0);
  return {
    task: { ...task, conversation, attempts, confirmed: true },
    counts: false,
    lostDeliveries: 0,
    mayHavePrompt: true,
  };
}

/**
 * The turn is over, well or not; null for one that is not, that a person interrupted, or that goes on
 * elsewhere since the account could not be used.
 */
export function endOf(
  outcome: TurnOutcome | null,
): Exclude<TurnOutcome, { kind: 'interrupted' }> | null {
  if (outcome === null || outcome.kind === 'interrupted') return null;
  return isTrouble(outcome) ? null : outcome;
}

const GIVEN_TO_NOBODY = {
  presses: 0,
  given: null,
  mayHavePrompt: false,
  mayRunUnseen: false,
  stopped: null,
} as const satisfies Change;

/** A launch has confirmed every earlier agent gone; what the new one has of the task, it says. */
export function taskLaunched(context: SessionContext, launched: Launched): Change {
  const { task } = context;
  if (task === null) return GIVEN_TO_NOBODY;
  const isArgument = context.carries && launched.delivery === 'argument';
  return {
    task: isOver(launched.ended) ? task : givenAnew(task, launched),
    ...GIVEN_TO_NOBODY,
    given: isArgument ? 'argument' : null,
    mayHavePrompt: isArgument || launched.mode === 'found',
  };
}

/** Nothing was given to the new agent: the turn had ended, well or not. */
function isOver(ended: TurnOutcome | null): boolean {
  return ended !== null && ended.kind !== 'interrupted';
}

/** A prompt that is given anew is to be confirmed anew. What is started afresh has not begun after all. */
function givenAnew(task: HeldTask, { mode }: Launched): HeldTask {
  const conversation = mode === 'new' ? null : task.conversation;
  return { ...task, conversation, confirmed: false };
}

/** After a launch that failed: an agent may run all the same, as the answer alone can be lost. */
export function mayHaveStarted(context: SessionContext, failure: LaunchFailure): Change {
  const { carries, parting, task } = context;
  if (!carries) return {};
  // What was confirmed meanwhile was the last word of the agent before.
  if (hasStartedNothing(failure)) return { parting: parting ?? partingIfSpent(context, task) };
  return { mayHavePrompt: true, mayRunUnseen: true };
}

/** No agent can have the prompt of the task by such a launch. */
function hasStartedNothing(failure: LaunchFailure): boolean {
  return isOfAccount(failure) || STARTED_NOTHING.has(failure.code);
}

/** What an agent's death means for the task that it had: it goes on in the next one, unless it is let go. */
export function taskAfterDeath(context: SessionContext, death: Death): Change {
  const { task, parting } = context;
  if (task === null) return {};
  const lostDeliveries = context.lostDeliveries + (losesDelivery(context, task, death) ? 1 : 0);
  return {
    // An agent that never took the prompt has not tried.
    counts: context.counts || task.confirmed,
    lostDeliveries,
    mayHavePrompt: context.mayHavePrompt && !isProvenGone(context, death),
    parting: parting ?? partingAfterDeath({ ...context, lostDeliveries }, task, death),
  };
}

/** The agent had the prompt, did not confirm it, and ended by itself; a server that is lost ends them all. */
function losesDelivery(
  { given }: SessionContext,
  { confirmed }: HeldTask,
  { cause }: Death,
): boolean {
  return given !== null && !confirmed && cause.kind !== 'server_lost' && cause.kind !== 'not_ready';
}

/** An agent's death can be heard of before the prompt that it took: the limit is asked then again. */
export function partingIfSpent(context: SessionContext, task: HeldTask | null): TaskNews | null {
  const { death, launchReason, held, tasks } = context;
  // Only an end of its own is the task's: not an operator's restart, nor one in a hold.
  const isOwnEnd = !held && (launchReason === 'crash' || launchReason === 'boot');
  if (death === null || !isOwnEnd || !task?.confirmed) return null;
  return task.attempts < tasks.maxAttempts ? null : spent(task, death);
}

function spent({ attempts }: HeldTask, { cause }: Death): TaskNews {
  return failedForGood(`${describeDeath(cause)}, in its attempt ${attempts}`);
}

/**
 * Whether the prompt ends its agents or the client is broken, one session cannot tell: others try it, too, and
 * the queue gives it up when none of them has brought it to anybody.
 */
function suspect({ lostDeliveries }: SessionContext, { cause }: Death): TaskNews {
  const times = `${lostDeliveries} agents in a row have ended with its prompt before they took it`;
  return returned(`${times}; the last: ${describeDeath(cause)}`, true);
}

/** The same while an operator holds the session, where no death counts. */
export function taskAfterDeathInHold(context: SessionContext, death: Death): Change {
  return { mayHavePrompt: context.mayHavePrompt && !isProvenGone(context, death) };
}

/** An agent could not start in the directory of its task: the task's fault, not the session's. */
export function isOfTasksDirectory(
  { task, parting, workdir }: SessionContext,
  code: string,
): boolean {
  return code === 'WORKDIR_MISSING' && parting === null && task?.project === workdir;
}

function partingAfterDeath(context: SessionContext, task: HeldTask, death: Death): TaskNews | null {
  const { cause } = death;
  if (task.confirmed && task.attempts >= context.tasks.maxAttempts) {
    return spent(task, death);
  }
  if (context.isComingUp && findsNoConversation(death, context.conversation)) {
    return conversationLost(context, task);
  }
  if (context.lostDeliveries >= LOST_DELIVERIES_MAX) return suspect(context, death);
  const explanation = cause.kind === 'exit' && context.isComingUp ? explainExit(cause.code) : null;
  if (explanation === null || !isOfTasksDirectory(context, explanation.code)) return null;
  return failedForGood(`the agent cannot run in ${task.project}: ${explanation.reason}`);
}

function conversationLost({ conversation }: SessionContext, { id, project }: HeldTask): TaskNews {
  const advice = `the task ${id} had begun in it: ${PUT_BACK}, or add the task again`;
  return failedForGood(`${noConversation(conversation, project)}; ${advice}`);
}

/** tmux has reaped this very process; of one whose pane vanished nobody knows whether it lives on. */
function isProvenGone({ agent, previous }: SessionContext, { pid, cause }: Death): boolean {
  const isReaped = cause.kind === 'exit' || cause.kind === 'signal';
  return isReaped && pid !== null && pid === (agent ?? previous)?.pid;
}

/** A failure that no other try can mend. */
export function failedForGood(error: string): TaskNews {
  return { kind: 'failed', error, retryable: false };
}

/** Given back, to be started elsewhere or later. */
export function returned(reason: string, undelivered: boolean): TaskNews {
  return { kind: 'returned', reason, undelivered };
}

/** Its agent asked a person, or a person stopped it, and then nobody came. */
export function nobodyAnswered({ tasks }: SessionContext): TaskNews {
  const error = `nobody answered within ${tasks.waitingTimeoutMs / 1000} s`;
  return { kind: 'failed', error, retryable: true };
}

/** Where a session with a task goes, decided from all that it knows: pure functions. */
import { isSameProcess } from '../policy/process-identity.ts';
import type { AgentStatus, AgentStatusWord, ProcessIdentity } from '../ports.ts';
import type { TurnSeen } from '../signals.ts';
import { endOf } from './task-changes.ts';
import { isTrouble, newTrouble } from './trouble-changes.ts';
import type { Launched, SessionContext, SessionEvent } from './types.ts';

type Prompted = Extract<SessionEvent, { type: 'agent.prompted' }>;
type TurnEnded = Extract<SessionEvent, { type: 'turn.ended' }>;

/** Whether the living conversation is the task's own, or an unused one in the task's directory. */
export function canPaste({ agent, task, conversation, ...known }: SessionContext): boolean {
  if (agent === null || task === null) return false;
  if (task.conversation !== null) return task.conversation === conversation;
  return !known.hasTranscript && known.workdir === task.project;
}

export type AfterLaunch = 'held' | 'booting' | 'arriving' | 'awaiting';

export function afterLaunch(context: SessionContext, launched: Launched): AfterLaunch {
  const { task, parting, held } = context;
  // Nothing is started in a held session: its release looks at what is left.
  if (held) return 'held';
  if (task === null || parting !== null || endOf(launched.ended) !== null) return 'booting';
  return launched.delivery === 'paste' ? 'arriving' : 'awaiting';
}

/** Launch errors that say of a task that it cannot run; its session can, without it. */
const TASKS_FAULTS: ReadonlySet<string> = new Set([
  'WORKDIR_MISSING',
  'TRANSCRIPT_VANISHED',
  'TASK_UNKNOWN',
]);

export function isTasksFault({ task, carries }: SessionContext, code: string): boolean {
  return task !== null && carries && TASKS_FAULTS.has(code);
}

/**
 * Where a look leads while no signal has confirmed the delivery. `ended`, `stuck` and `begun`: the transcript
 * shows the prompt, and perhaps that its turn ended, in trouble or otherwise. `part`: the client did not
 * take it. `relaunch`: nobody knows whether it was given.
 */
export type AfterLook = 'ended' | 'stuck' | 'begun' | 'await' | 'press' | 'relaunch' | 'part';

export function afterLook(context: SessionContext, { prompted, outcome }: TurnSeen): AfterLook {
  if (outcome?.kind === 'done') return 'ended';
  // Of a task that goes on, an earlier prompt is there, and perhaps how that turn failed.
  const isOld = context.task?.conversation !== null;
  if (!prompted || isOld) return afterSeeingNothing(context);
  if (isTrouble(outcome)) {
    // What it goes on after is there still.
    return newTrouble(context, outcome) === null ? afterSeeingNothing(context) : 'stuck';
  }
  return endOf(outcome) === null ? 'begun' : 'ended';
}

function afterSeeingNothing({ said, given, presses }: SessionContext): AfterLook {
  switch (said?.status) {
    // Somebody's turn: a prompt that was pasted meanwhile waits behind it.
    case 'busy':
      return 'await';
    case 'waiting':
      // Enter would answer the dialog.
      return given === null ? 'await' : 'part';
    default:
      if (given === null) return 'relaunch';
      return given === 'paste' && presses < 1 ? 'press' : 'part';
  }
}

export function confirmsOurTask(context: SessionContext, event: Prompted): boolean {
  const { task, parting, conversation } = context;
  if (task === null || task.confirmed || parting !== null) return false;
  return event.task === task.id && event.conversation === conversation;
}

/** Whether the turn of our task is over: one with work left in the background goes on. */
export function endsOurTask(context: SessionContext, event: TurnEnded): boolean {
  const { task, parting, conversation } = context;
  if (task === null || !task.confirmed || parting !== null || event.background > 0) return false;
  return event.conversation === conversation && endOf(event.outcome) !== null;
}

/** Whether the turn of our task is over but for what it left running in the background. */
export function stopsOurTask(context: SessionContext, event: TurnEnded): boolean {
  if (event.background === 0 || event.outcome.kind !== 'done') return false;
  return endsOurTask(context, { ...event, background: 0 });
}

/** An agent at its prompt, whether or not a shell of it runs on. */
export function isAtRest(word: AgentStatusWord | null): boolean {
  return word === 'idle' || word === 'shell';
}

/** The agent of before, when it is the only one that can have the prompt; null = there is nothing to wait for. */
export function lastHolder(context: SessionContext): ProcessIdentity | null {
  const { mayHavePrompt, mayRunUnseen, previous } = context;
  return mayHavePrompt && !mayRunUnseen ? previous : null;
}

/** What a session is given up for when its agents end, or never come up. */
const ENDED_TOO_OFTEN: ReadonlySet<string> = new Set(['RESTART_INTENSITY', 'START_INTENSITY']);

/** Given up since its agents end too often, or never come up: there is no more to be had from the last one. */
export function isGivenUpForItsAgents({ failure }: SessionContext): boolean {
  return ENDED_TOO_OFTEN.has(failure?.code ?? '');
}

/** The same agent where it may be ended, so that the task goes on elsewhere; null = nobody is. */
export function holderToEnd(context: SessionContext): ProcessIdentity | null {
  const { task, held } = context;
  if (task === null || held || !isGivenUpForItsAgents(context)) return null;
  return lastHolder(context);
}

/** A launch for a task has found a person at the agent that was to end for it. */
export function isTaskPostponed(
  { task, carries, previous }: SessionContext,
  code: string,
): boolean {
  return code === 'DELIVERY_POSTPONED' && task !== null && carries && previous !== null;
}

/** A person has left the conversation of a task that had begun in it (`/clear`, `/resume`). */
export function leavesOurTask({ task, parting }: SessionContext, conversation: string): boolean {
  if (task === null || !task.confirmed || parting !== null) return false;
  return task.conversation !== null && task.conversation !== conversation;
}

/** The agent of a task says what it said before: nothing has happened. */
export function saysAgain(
  { task, agent, conversation, said }: SessionContext,
  word: AgentStatus,
): boolean {
  if (task === null || !isSameProcess(word.agent, agent)) return false;
  return said?.status === word.status && word.conversation === conversation;
}

/** Whether the agent of a task that stands still is to be replaced: never while nothing may be launched. */
export function restartsStalled({ task, parting, tasks, isPoolHalted }: SessionContext): boolean {
  return tasks.stalledAction === 'restart' && task !== null && parting === null && !isPoolHalted;
}

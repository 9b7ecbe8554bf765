/**
 * What a session tells of its task, and what it then knows of it: pure functions. A task is told as
 * ended or given back once, and never while an agent may still have its prompt.
 */
import type { TurnOutcome } from '../signals.ts';
import type { HeldTask, Lease, TaskNews } from '../tasks.ts';
import { type Change, freshConversation, NO_TASK } from './context.ts';
import { endOf, failedForGood, partingIfSpent, returned, taskConfirmed } from './task-changes.ts';
import { isGivenUpForItsAgents } from './task-decisions.ts';
import { troubleOver } from './trouble-changes.ts';
import type { Launched, SessionContext } from './types.ts';

/** News to be told, in this order, and what changes with them. */
export interface Deal {
  readonly tell: readonly { readonly lease: Lease; readonly news: TaskNews }[];
  readonly change: Change;
}

const NOTHING: Deal = { tell: [], change: {} };

/** The client has taken the prompt. */
export function confirmed(context: SessionContext): Deal {
  const { task, conversation, counts } = context;
  if (task === null) return NOTHING;
  return {
    tell: told(task, { kind: 'confirmed', conversation, counts }),
    change: taskConfirmed(context),
  };
}

/** The same, heard when its agent had ended already: it may have been the last one that the task gets. */
export function confirmedLate(context: SessionContext): Deal {
  const { tell, change } = confirmed(context);
  const { mayHavePrompt, parting } = context;
  const spent = partingIfSpent(context, change.task ?? null);
  return { tell, change: { ...change, mayHavePrompt, parting: parting ?? spent } };
}

/** The turn is over. Of one that nobody had seen begin, that it did is told first. */
export function ended(context: SessionContext, outcome: TurnOutcome | null): Deal {
  const end = endOf(outcome);
  if (context.task === null || end === null) return NOTHING;
  const { task } = context;
  const begun = task.confirmed ? NOTHING : confirmed(context);
  // Its rows were written before its end was told.
  return {
    tell: [...begun.tell, ...told(task, newsOf(end))],
    change: {
      ...begun.change,
      ...NO_TASK,
      ...(end.kind === 'done' && troubleOver(context)),
      hasTranscript: true,
    },
  };
}

/** A launch is over: earlier agents are confirmed gone, and a turn may have turned out to be over. */
export function settledByLaunch(context: SessionContext, launched: Launched): Deal {
  if (context.parting === null) return ended(context, launched.ended);
  return context.mayHavePrompt ? NOTHING : dropped(context, context.parting);
}

/** The task goes as it stands: told with this news, while the agent and its conversation stay. */
export function dropped({ task }: SessionContext, news: TaskNews): Deal {
  if (task === null) return NOTHING;
  return { tell: told(task, news), change: NO_TASK };
}

/** The same, and the session goes on in a conversation that has nothing to do with the task. */
export function droppedWithConversation(context: SessionContext, news: TaskNews): Deal {
  const { tell, change } = dropped(context, news);
  return tell.length === 0
    ? NOTHING
    : { tell, change: { ...change, ...freshConversation(context) } };
}

/** What was decided to be told is told now, unless an agent may have the prompt: then its end is waited for. */
export function partedWays(context: SessionContext): Deal {
  const { task, parting, mayHavePrompt } = context;
  if (task === null || parting === null) return NOTHING;
  if (mayHavePrompt) return { tell: [], change: freshConversation(context) };
  return droppedWithConversation(context, parting);
}

/** While an operator holds the session its agent is left alone, in its conversation. */
export function partedInHold(context: SessionContext): Deal {
  const { agent, parting, mayHavePrompt } = context;
  if (agent === null) return partedWays(context);
  return parting === null || mayHavePrompt ? NOTHING : dropped(context, parting);
}

/** No launch follows by itself, so a task that no agent can have is not kept from the others. */
export function givenBackIfFree(context: SessionContext): Deal {
  const { mayHavePrompt, parting } = context;
  if (mayHavePrompt) return NOTHING;
  return droppedWithConversation(context, parting ?? returnedAtRest(context));
}

/** The agent of before is confirmed gone, and with it whoever could have the prompt. */
export function givenBackOnceGone(context: SessionContext): Deal {
  const gone = { previous: null, mayHavePrompt: false } as const;
  const { tell, change } = givenBackIfFree({ ...context, ...gone });
  return { tell, change: { ...gone, ...change } };
}

/** The agent that was to make room for the task stays, as it was; it has not seen the task. */
export function postponed(context: SessionContext, reason: string): Deal {
  const { mayHavePrompt, parting } = context;
  // It may have: then it is looked at again, and the task is not for anybody else.
  if (mayHavePrompt) return NOTHING;
  return dropped(context, parting ?? returned(reason, false));
}

/** An operator's session was taken over, in which the task never was. */
export function givenBackAtAdoption(context: SessionContext): Deal {
  const { mayHavePrompt, parting } = context;
  if (mayHavePrompt) return NOTHING;
  return dropped(context, parting ?? returned('its session was replaced by an operator', false));
}

/** A task that was leased for a session that cannot take it: the lease must not leak. */
export function refused(task: HeldTask): Deal {
  return { tell: told(task, returned('the session could not take it', false)), change: {} };
}

/**
 * An operator took the session away under another name, with its agent. What that agent may have, or
 * could go on with in its conversation, is left to the operator; else the task stays with the slot.
 */
export function renamedAway(context: SessionContext, name: string | null): Deal {
  const { task, parting, mayHavePrompt, conversation } = context;
  if (task === null) return NOTHING;
  if (parting !== null && (!mayHavePrompt || isFinal(parting))) return dropped(context, parting);
  if (!mayHavePrompt && task.conversation !== conversation) return NOTHING;
  const to = name === null ? '' : ` to ${name}`;
  return dropped(context, failedForGood(`its session was renamed${to} and left to the operator`));
}

function isFinal(news: TaskNews): boolean {
  return news.kind === 'cancelled' || (news.kind === 'failed' && !news.retryable);
}

function returnedAtRest(context: SessionContext): TaskNews {
  const { reason, task } = context;
  // Agents that all ended before they took it: it may be the task that does it.
  const isSuspect = isGivenUpForItsAgents(context) && task?.confirmed === false;
  return returned(reason ?? 'its session cannot run', isSuspect);
}

function newsOf(end: NonNullable<ReturnType<typeof endOf>>): TaskNews {
  if (end.kind === 'done') return { kind: 'completed', result: end.result };
  return { kind: 'failed', error: `${end.error}: ${end.message}`, retryable: true };
}

function told({ id, fence }: HeldTask, news: TaskNews): Deal['tell'] {
  return [{ lease: { id, fence }, news }];
}

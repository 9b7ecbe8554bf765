/** What tasks add to the vocabulary of the session machine: guards that look at them, and what is told of them. */
import { assign, enqueueActions } from 'xstate';
import type { TurnOutcome, TurnSeen } from '../signals.ts';
import type { TaskNews } from '../tasks.ts';
import * as change from './changes.ts';
import { logEntry } from './log-entries.ts';
import { baseSetup } from './setup.ts';
import { endOf, taskTaken } from './task-changes.ts';
import * as deal from './task-deals.ts';
import * as decide from './task-decisions.ts';
import { troubleOver } from './trouble-changes.ts';
import type { Launched, LaunchFailure, SessionContext, SessionReportEvent } from './types.ts';

/** What `enqueueActions` offers, as far as a deal needs it. */
interface Teller {
  readonly sendParent: (event: SessionReportEvent) => void;
  readonly assign: (change: Partial<SessionContext>) => void;
}

function make(enqueue: Teller, { slot }: SessionContext, { tell, change }: deal.Deal): void {
  for (const { lease, news } of tell) {
    const report = { session: slot.name, lease, news };
    enqueue.sendParent({ type: 'session.task', report });
  }
  enqueue.assign(change);
}

type LaunchLeads = { readonly launched: Launched; readonly to: decide.AfterLaunch };
type LookLeads = { readonly seen: TurnSeen; readonly to: decide.AfterLook };

export const taskSetup = baseSetup.extend({
  guards: {
    holdsTask: ({ context }) => context.task !== null,
    isParting: ({ context }) => context.parting !== null,
    restartsStalled: ({ context }) => decide.restartsStalled(context),
    isUnconfirmed: ({ context }) => context.task?.confirmed === false,
    hasSpoken: ({ context }) => context.said !== null,
    isBusy: ({ context }) => context.said?.status === 'busy',
    isAsking: ({ context }) => context.said?.status === 'waiting',
    isAtPrompt: ({ context }) => context.said?.status === 'idle',
    canPaste: ({ context }) => decide.canPaste(context),
    canPasteNow: ({ context }) =>
      decide.canPaste(context) && decide.isAtRest(context.said?.status ?? null),
    saysIdleInTask: ({ context, event }) =>
      context.task !== null && event.type === 'agent.status' && event.status.status === 'idle',
    /** An agent says the same again whenever its file is read. */
    saysRestAgain: ({ context, event }) =>
      event.type === 'agent.status' &&
      decide.isAtRest(event.status.status) &&
      decide.saysAgain(context, event.status),
    saysBusyAgain: ({ context, event }) =>
      event.type === 'agent.status' &&
      event.status.status === 'busy' &&
      decide.saysAgain(context, event.status),
    saysSameAgain: ({ context, event }) =>
      event.type === 'agent.status' &&
      event.status.status !== 'busy' &&
      context.said?.waitingFor === event.status.waitingFor &&
      decide.saysAgain(context, event.status),
    /** At its prompt with its task, while a shell of it runs on. */
    leavesShell: ({ context }) => context.task !== null && context.said?.status === 'shell',
    hasStopped: ({ context }) => context.stopped !== null,
    stopsTask: ({ context, event }) =>
      event.type === 'turn.ended' && decide.stopsOurTask(context, event),
    leavesTask: ({ context, event }) =>
      event.type === 'agent.status' && decide.leavesOurTask(context, event.status.conversation),
    confirmsTask: ({ context, event }) =>
      event.type === 'agent.prompted' && decide.confirmsOurTask(context, event),
    confirmsAtRest: ({ context, event }) =>
      event.type === 'agent.prompted' &&
      context.agent === null &&
      decide.confirmsOurTask(context, event),
    endsTask: ({ context, event }) =>
      event.type === 'turn.ended' && decide.endsOurTask(context, event),
    isOfOurTask: ({ context, event }) =>
      event.type === 'task.cancelled' && event.id === context.task?.id,
    /** The lease that it holds already: said twice is said once. */
    isOurLease: ({ context, event }) =>
      event.type === 'task.assigned' &&
      event.task.id === context.task?.id &&
      event.task.fence === context.task.fence,
    isTasksFault: ({ context }, { code }: LaunchFailure) => decide.isTasksFault(context, code),
    isTasksFaultInHold: ({ context }, { code }: LaunchFailure) =>
      context.held && decide.isTasksFault(context, code),
    isTaskPostponed: ({ context }, { code }: LaunchFailure) =>
      decide.isTaskPostponed(context, code),
    isTaskPostponedInHold: ({ context }, { code }: LaunchFailure) =>
      context.held && decide.isTaskPostponed(context, code),
    isPostponed: (_, { code }: LaunchFailure) => code === 'DELIVERY_POSTPONED',
    isFirstAtRest: ({ context, event }) =>
      context.said === null &&
      event.type === 'agent.status' &&
      decide.isAtRest(event.status.status),
    saysAtRest: ({ event }) =>
      event.type === 'agent.status' && decide.isAtRest(event.status.status),
    launchLeadsTo: ({ context }, { launched, to }: LaunchLeads) =>
      decide.afterLaunch(context, launched) === to,
    showsEnd: (_, { outcome }: TurnSeen) => endOf(outcome) !== null,
    lookLeadsTo: ({ context }, { seen, to }: LookLeads) => decide.afterLook(context, seen) === to,
  },
  actions: {
    prepareRelaunch: assign(({ context }) => change.relaunchingForTask(context)),
    noteCarries: assign({ carries: ({ context }) => context.task !== null && !context.parting }),
    takeTask: assign(({ context, event }) =>
      event.type === 'task.assigned' ? taskTaken(context, event.task) : {},
    ),
    refuseTask: enqueueActions(({ enqueue, context, event }) => {
      if (event.type === 'task.assigned') make(enqueue, context, deal.refused(event.task));
    }),
    /** What was heard last is heard again, by a session that has changed by it. */
    hearAgain: enqueueActions(({ enqueue, event }) => {
      enqueue.raise(event);
    }),
    givePaste: assign({ given: 'paste', mayHavePrompt: true }),
    /** What was pasted may have been changed or sent off meanwhile: nothing is pressed for it any more. */
    forgetGiven: assign({ given: null }),
    countPress: assign({ presses: ({ context }) => context.presses + 1 }),
    /** A client that takes a prompt is up, whether or not it has said so. */
    noteUp: assign(({ context }) => (context.agent === null ? {} : change.cameUp(context))),
    logUp: enqueueActions(({ enqueue, context }) => {
      if (context.readyAtMs !== null) return;
      enqueue.sendParent({ type: 'session.logged', entry: logEntry(context, 'session.ready') });
    }),
    confirm: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.confirmed(context)),
    ),
    confirmLate: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.confirmedLate(context)),
    ),
    noteStopped: assign(({ context, event }) =>
      event.type === 'turn.ended' ? { stopped: event.outcome, ...troubleOver(context) } : {},
    ),
    endStopped: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.ended(context, context.stopped)),
    ),
    endTurn: enqueueActions(({ enqueue, context, event }) => {
      if (event.type === 'turn.ended') make(enqueue, context, deal.ended(context, event.outcome));
    }),
    endSeen: enqueueActions(({ enqueue, context }, outcome: TurnOutcome | null) =>
      make(enqueue, context, deal.ended(context, outcome)),
    ),
    settleAtStart: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.ended(context, context.ended)),
    ),
    settleByLaunch: enqueueActions(({ enqueue, context }, launched: Launched) =>
      make(enqueue, context, deal.settledByLaunch(context, launched)),
    ),
    /** What is to be told of the task once nobody can have it any more. */
    part: assign(({ context }, news: TaskNews) => ({
      // Who asked for its end has the last word.
      parting: context.parting?.kind === 'cancelled' ? context.parting : news,
    })),
    partWaysInHold: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.partedInHold(context)),
    ),
    partWays: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.partedWays(context)),
    ),
    partWaysAfterLaunch: enqueueActions(({ enqueue, context }) => {
      // A launch without the task has left its conversation before.
      if (context.carries) make(enqueue, context, deal.partedWays(context));
    }),
    /** The task goes, whatever may be; its agent stays. */
    drop: enqueueActions(({ enqueue, context }, news: TaskNews) =>
      make(enqueue, context, deal.dropped(context, news)),
    ),
    dropWithConversation: enqueueActions(({ enqueue, context }, news: TaskNews) =>
      make(enqueue, context, deal.droppedWithConversation(context, news)),
    ),
    giveBackIfFree: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.givenBackIfFree(context)),
    ),
    giveBackOnceGone: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.givenBackOnceGone(context)),
    ),
    postpone: enqueueActions(({ enqueue, context }, { message }: LaunchFailure) =>
      make(enqueue, context, deal.postponed(context, message)),
    ),
    giveBackAtAdoption: enqueueActions(({ enqueue, context }) =>
      make(enqueue, context, deal.givenBackAtAdoption(context)),
    ),
    leaveToOperator: enqueueActions(({ enqueue, context, event }) => {
      const name = event.type === 'session.renamed' ? event.to : null;
      make(enqueue, context, deal.renamedAway(context, name));
    }),
    tellWaiting: enqueueActions(({ enqueue, context }) => {
      if (context.task === null) return;
      enqueue.sendParent({ type: 'session.logged', entry: logEntry(context, 'task.waiting') });
    }),
  },
});

/** What it takes to leave an account adds to the vocabulary of the session machine, on top of tasks. */
import { assign, enqueueActions } from 'xstate';
import { isOfAccount } from '../policy/account-refusal.ts';
import type { TurnOutcome, TurnSeen } from '../signals.ts';
import * as move from './move-changes.ts';
import { confirmsOurTask } from './task-decisions.ts';
import { taskSetup } from './task-setup.ts';
import * as trouble from './trouble-changes.ts';
import type { LaunchFailure } from './types.ts';

type RefusalLeads = { readonly failure: LaunchFailure; readonly to: move.AfterRefusal };

export const sessionSetup = taskSetup.extend({
  guards: {
    holdsNoTask: ({ context }) => context.task === null,
    isStuck: ({ context }) => trouble.isStuck(context),
    tellsTrouble: ({ context, event }) =>
      event.type === 'turn.ended' &&
      event.conversation === context.conversation &&
      trouble.newTrouble(context, event.outcome) !== null,
    showsTrouble: ({ context }, { outcome }: TurnSeen) =>
      trouble.newTrouble(context, outcome) !== null,
    goesOn: ({ context, event }) => trouble.goesOnAfterTrouble(context, event),
    /** Somebody has the agent go on that was to be left. */
    isTakenUp: ({ context, event }) =>
      event.type === 'agent.prompted' &&
      trouble.goesOnAfterTrouble(context, event) &&
      move.previousLives(context) &&
      !confirmsOurTask(context, event),
    hasNobodyToEnd: ({ context }) => context.previous === null,
    canLeave: ({ context }) => move.canLeave(context),
    /** Cancelled, and the agent that is to end may have its prompt. */
    needsEnd: ({ context, event }) =>
      event.type === 'task.cancelled' &&
      event.id === context.task?.id &&
      context.mayHavePrompt &&
      context.previous !== null,
    isMovePostponed: ({ context }, failure: LaunchFailure) =>
      move.isMovePostponed(context, failure),
    isMovePostponedInHold: ({ context }, failure: LaunchFailure) =>
      context.held && move.isMovePostponed(context, failure),
    refusalLeadsTo: ({ context }, { failure, to }: RefusalLeads) =>
      isOfAccount(failure) && move.afterRefusal(context, failure) === to,
    keepsAgent: ({ context }, failure: LaunchFailure) => move.keepsAgent(context, failure),
    keepsAgentInHold: ({ context }, failure: LaunchFailure) =>
      context.held && move.keepsAgent(context, failure),
  },
  actions: {
    /** Told once, before the facts that say so. */
    noteTrouble: enqueueActions(({ enqueue, context }, outcome: TurnOutcome | null) => {
      const news = trouble.newTrouble(context, outcome);
      if (news === null) return;
      enqueue.sendParent({ type: 'session.troubled', name: context.slot.name, trouble: news });
      enqueue.assign({ trouble: news });
    }),
    goOn: assign(({ context, event }) =>
      trouble.goesOnAfterTrouble(context, event) ? trouble.troubleOver(context) : {},
    ),
    leaveAgent: assign(({ context }) => move.leavingStuck(context)),
    move: assign(({ context, event }) =>
      event.type === 'failover.move' ? move.moving(context, event.account) : {},
    ),
    noteRefusal: assign(({ context }, failure: LaunchFailure) => move.refused(context, failure)),
    takeBack: assign(({ context }) => move.takenBack(context)),
    giveUpMove: assign(({ context }) => move.moveGivenUp(context)),
    /** What is ended here is no launch that could have started anything. */
    carryNothing: assign({ carries: false }),
    notePreviousGone: assign(({ context }) => move.previousGone(context)),
    noteNotEnded: assign(({ context }, failure: LaunchFailure) => move.notEnded(context, failure)),
  },
});

/**
 * How a task reaches an agent: into the conversation that lives, or with a new agent; then the client
 * must say that it has the prompt. Drawn with the rest above the machine.
 */
import type { TurnSeen } from '../signals.ts';
import { isLateIn, NOTE_FIRST, READS_STATUS } from './branches.ts';
import { launchedWith, launches, waitsIn } from './launch-branches.ts';
import { failureOf, LAUNCH_FAILS } from './launch-failures.ts';
import { sessionSetup } from './move-setup.ts';
import { PART_WITH_AGENT, STALLS, WHILE_LAUNCHING } from './task-branches.ts';
import { returned } from './task-changes.ts';
import type { AfterLook } from './task-decisions.ts';
import { lookRequest, pasteRequest, pressRequest } from './task-requests.ts';

/** Guards what follows from a look at the transcript. */
const seenIs = <T extends AfterLook>(to: T) =>
  ({
    type: 'lookLeadsTo',
    params: ({ event }: { readonly event: { readonly output: TurnSeen } }) => ({
      seen: event.output,
      to,
    }),
  }) as const;

const outcomeSeen = ({ event }: { readonly event: { readonly output: TurnSeen } }) =>
  event.output.outcome;

const messageOfError = ({ event }: { readonly event: { readonly error: unknown } }) =>
  failureOf({ event }).message;

/** An agent that runs with a task in its conversation, where its own last word shows it. */
const BEGUN = [
  { guard: 'isAsking', target: '#waiting' },
  { guard: 'isAtPrompt', target: '#settling' },
  { target: '#running' },
] as const;

export const delivering = sessionSetup.createStateConfig({
  id: 'delivering',
  entry: ['stamp', 'report'],
  initial: 'choosing',
  after: { stalledTimeout: STALLS },
  on: {
    'agent.status': [{ guard: 'isAnothersWord' }, { actions: ['noteStatus', 'report'] }],
    'agent.prompted': {
      guard: 'confirmsTask',
      target: '#running',
      actions: ['logUp', 'noteUp', 'confirm'],
    },
  },
  states: {
    choosing: {
      always: [
        { guard: 'canPasteNow', target: 'pasting' },
        // Its turn has ended, and its word for that is still to come.
        { guard: 'canPaste', target: 'arriving' },
        { target: 'launching', actions: 'prepareRelaunch' },
      ],
    },
    launching: {
      id: 'relaunching',
      ...launches(launchedWith('session.created'), LAUNCH_FAILS),
      always: waitsIn('#delayed'),
      // It has been delivered since before.
      entry: ['noteCarries', 'report'],
      on: {
        ...WHILE_LAUNCHING,
        'operator.hold': { actions: ['hold', 'report'] },
        'operator.restart': {},
        'agent.found': {},
      },
    },
    arriving: {
      id: 'arriving',
      entry: 'report',
      invoke: READS_STATUS,
      after: {
        startTimeout: [
          isLateIn('working'),
          {
            target: 'givenBack',
            actions: { type: 'drop', params: returned('the client was not at its prompt', true) },
          },
        ],
      },
      on: {
        'agent.status': [
          { guard: 'isAnothersWord' },
          // It may be in another conversation by now, or in one that was used.
          { guard: 'isFirstAtRest', target: 'choosing', actions: NOTE_FIRST },
          { guard: 'saysAtRest', target: 'choosing', actions: 'noteStatus' },
          { actions: ['noteStatus', 'report'] },
        ],
      },
    },
    pasting: {
      entry: 'givePaste',
      invoke: {
        src: 'paste',
        input: pasteRequest,
        onDone: 'awaiting',
        onError: [
          {
            guard: { type: 'isPostponed', params: failureOf },
            target: 'givenBack',
            actions: { type: 'drop', params: (it) => returned(messageOfError(it), false) },
          },
          {
            target: '#launching',
            actions: [
              { type: 'part', params: (it) => returned(messageOfError(it), true) },
              ...PART_WITH_AGENT,
            ],
          },
        ],
      },
    },
    awaiting: {
      id: 'awaiting',
      entry: 'report',
      initial: 'coming',
      states: {
        coming: {
          always: { guard: 'hasSpoken', target: 'atPrompt' },
          invoke: READS_STATUS,
          after: { startTimeout: [isLateIn('working'), { target: '#looking' }] },
          on: {
            'agent.status': [
              { guard: 'isAnothersWord' },
              { target: 'atPrompt', actions: [...NOTE_FIRST, 'report'] },
            ],
          },
        },
        atPrompt: { after: { confirmTimeout: '#looking' } },
      },
    },
    looking: {
      id: 'looking',
      invoke: {
        src: 'look',
        input: lookRequest,
        onDone: [
          {
            guard: seenIs('ended'),
            target: '#ready',
            actions: { type: 'endSeen', params: outcomeSeen },
          },
          // From there it goes to wait for an account that can be used.
          {
            guard: seenIs('stuck'),
            actions: ['confirm', { type: 'noteTrouble', params: outcomeSeen }],
          },
          { guard: seenIs('begun'), target: 'begun', actions: 'confirm' },
          { guard: seenIs('await'), target: 'awaiting' },
          { guard: seenIs('press'), target: 'pressing' },
          { guard: seenIs('relaunch'), target: 'launching', actions: 'prepareRelaunch' },
          {
            target: '#launching',
            actions: [
              { type: 'part', params: returned('the client did not take its prompt', true) },
              ...PART_WITH_AGENT,
            ],
          },
        ],
        // Unknown is not gone.
        onError: 'awaiting',
      },
    },
    pressing: {
      entry: 'countPress',
      invoke: { src: 'press', input: pressRequest, onDone: 'awaiting', onError: 'awaiting' },
    },
    begun: { always: BEGUN },
    /** Nobody typed anything: the session goes on with whatever its client does. */
    givenBack: {
      always: [
        { guard: 'isBusy', target: '#running' },
        { guard: 'isAsking', target: '#waiting' },
        { target: '#ready' },
      ],
    },
  },
});

/** A session without our mark has the name: an operator's, which stays as it is until it is handed over. */
import { RESTARTS } from './branches.ts';
import { failureOf } from './launch-failures.ts';
import { sessionSetup } from './move-setup.ts';
import { CANCELS_AT_REST, WAITS_FOR_END } from './task-branches.ts';

export const blocked = sessionSetup.createStateConfig({
  id: 'blocked',
  entry: [
    'stamp',
    'noteBlocked',
    { type: 'log', params: 'session.blocked' },
    'giveBackIfFree',
    'report',
  ],
  exit: 'forgetReason',
  initial: 'waiting',
  on: {
    'slot.freed': [{ guard: 'isHeld', target: '#held' }, { target: '#launching' }],
    'agent.found': [
      { guard: 'isHeld', target: '#held', actions: 'noteFound' },
      { target: '#booting', actions: 'noteFound' },
    ],
    'task.cancelled': CANCELS_AT_REST,
  },
  states: {
    waiting: { invoke: WAITS_FOR_END, on: { 'operator.adopt': 'adopting' } },
    adopting: {
      tags: 'launching',
      invoke: {
        src: 'adopt',
        input: ({ context, event }) => ({
          session: context.slot.name,
          mark: context.mark,
          previous: context.previous,
          restart: event.type === 'operator.adopt' && event.restart,
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.restart,
            target: '#launching',
            actions: [
              { type: 'noteAdopted', params: ({ event }) => event.output },
              'giveBackAtAdoption',
              ...RESTARTS,
            ],
          },
          {
            guard: 'isHeld',
            target: '#held',
            actions: [
              { type: 'noteAdopted', params: ({ event }) => event.output },
              'giveBackAtAdoption',
              { type: 'log', params: 'session.adopted' },
              'tellLaunched',
            ],
          },
          {
            target: '#booting',
            actions: [
              { type: 'noteAdopted', params: ({ event }) => event.output },
              'giveBackAtAdoption',
              { type: 'log', params: 'session.adopted' },
              'tellLaunched',
            ],
          },
        ],
        onError: {
          target: 'waiting',
          actions: [{ type: 'noteRefused', params: failureOf }, 'report'],
        },
      },
    },
  },
});

/** The agent has ended unasked: it is replaced after a wait, until it has done so too often. */
import { FINDS_AGENT, START_AGAIN } from './branches.ts';
import { launchedWith, launchRequest, RECREATION_FAILS } from './launch-branches.ts';
import { MOVES_ANY } from './move-branches.ts';
import { sessionSetup } from './move-setup.ts';
import { WHILE_LAUNCHING } from './task-branches.ts';

export const crashed = sessionSetup.createStateConfig({
  id: 'crashed',
  initial: 'deciding',
  states: {
    deciding: {
      always: [
        {
          guard: 'hasGivenUp',
          target: '#failed',
          actions: { type: 'log', params: 'session.failed' },
        },
        { target: 'backingOff' },
      ],
    },
    backingOff: {
      id: 'backingOff',
      entry: ['stamp', 'report'],
      after: { chosenDelay: '#recreating' },
      on: {
        'operator.hold': { target: '#held', actions: 'hold' },
        'operator.restart': { target: '#recreating', actions: 'cutWaitShort' },
        'operator.reset': { target: '#launching', actions: START_AGAIN },
        'agent.found': FINDS_AGENT,
        'failover.move': MOVES_ANY,
      },
    },
    recreating: {
      id: 'recreating',
      tags: 'launching',
      entry: ['noteCarries', 'stamp', 'report'],
      invoke: {
        src: 'launch',
        input: launchRequest,
        onDone: launchedWith('session.recreated'),
        onError: RECREATION_FAILS,
      },
      on: WHILE_LAUNCHING,
    },
  },
});

/** The agent has ended unasked: it is replaced after a wait, until it has done so too often. */
import { START_AGAIN, WITHOUT_LAUNCH } from './branches.ts';
import { launchedWith, launches } from './launch-branches.ts';
import { RECREATION_FAILS } from './launch-failures.ts';
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
        ...WITHOUT_LAUNCH,
        'operator.restart': { target: '#recreating', actions: 'cutWaitShort' },
        'operator.reset': { target: '#launching', actions: START_AGAIN },
        'failover.move': MOVES_ANY,
      },
    },
    recreating: {
      id: 'recreating',
      ...launches(launchedWith('session.recreated'), RECREATION_FAILS),
      on: WHILE_LAUNCHING,
    },
  },
});

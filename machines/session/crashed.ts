/** The agent has ended unasked: it is replaced after a wait, until it has done so too often. */
import { STARTS_AGAIN, WITHOUT_LAUNCH } from './branches.ts';
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
      tags: 'waiting',
      entry: ['stamp', 'report'],
      after: { chosenDelay: { guard: 'mayComeBack', target: '#recreating' } },
      on: {
        ...WITHOUT_LAUNCH,
        'operator.restart': { target: '#recreating', actions: ['cutWaitShort', 'goAhead'] },
        'operator.reset': { target: '#launching', actions: STARTS_AGAIN },
        'pool.resumed': { target: '#recreating', actions: 'resume' },
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

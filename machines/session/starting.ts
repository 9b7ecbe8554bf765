/** No task, and an agent that is not at its prompt yet: it is launched, or comes up. */
import {
  DIES_IDLE,
  FINDS_AGENT,
  FIRST_STATUS,
  isLateIn,
  READS_STATUS,
  START_AGAIN,
  WITH_AGENT,
} from './branches.ts';
import { LAUNCH_FAILS, launchedWith, launchRequest } from './launch-branches.ts';
import { sessionSetup } from './move-setup.ts';
import { CANCELS_WITH_AGENT, PART_WITH_AGENT, WHILE_LAUNCHING } from './task-branches.ts';
import { IS_STUCK } from './trouble-branches.ts';

export const starting = sessionSetup.createStateConfig({
  initial: 'launching',
  states: {
    launching: {
      id: 'launching',
      tags: 'launching',
      entry: ['noteCarries', 'stamp', 'report'],
      invoke: {
        src: 'launch',
        input: launchRequest,
        onDone: launchedWith('session.created'),
        onError: LAUNCH_FAILS,
      },
      on: WHILE_LAUNCHING,
    },
    delayed: {
      id: 'delayed',
      entry: ['stamp', 'report'],
      after: { chosenDelay: '#launching' },
      on: {
        'operator.hold': { target: '#held', actions: 'hold' },
        'operator.restart': { target: '#launching', actions: 'prepareRestart' },
        'operator.reset': { target: '#launching', actions: START_AGAIN },
        'agent.found': FINDS_AGENT,
      },
    },
    booting: {
      id: 'booting',
      entry: ['stamp', 'report'],
      // Whatever this agent has of a task that is to be let go of, it is ended for it.
      always: [{ guard: 'isParting', target: '#launching', actions: PART_WITH_AGENT }, IS_STUCK],
      invoke: READS_STATUS,
      after: {
        startTimeout: [
          isLateIn('idle'),
          // One that an earlier daemon left with a task: nobody else would ever get it.
          { guard: 'isUnconfirmed', target: '#looking' },
        ],
      },
      on: {
        'agent.status': FIRST_STATUS,
        'agent.died': DIES_IDLE,
        ...WITH_AGENT,
        'task.cancelled': CANCELS_WITH_AGENT,
      },
    },
  },
});

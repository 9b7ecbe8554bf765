/** No task, and an agent that is not at its prompt yet: it is launched, or comes up. */
import {
  DIES_IDLE,
  FIRST_STATUS,
  isLateIn,
  READS_STATUS,
  RESTARTS,
  STARTS_AGAIN,
  WITH_AGENT,
  WITHOUT_LAUNCH,
} from './branches.ts';
import { launchedWith, launches, WAITS_OR_HOLDS } from './launch-branches.ts';
import { LAUNCH_FAILS } from './launch-failures.ts';
import { sessionSetup } from './move-setup.ts';
import { CANCELS_WITH_AGENT, PART_WITH_AGENT, WHILE_LAUNCHING } from './task-branches.ts';
import { IS_STUCK } from './trouble-branches.ts';

export const starting = sessionSetup.createStateConfig({
  initial: 'launching',
  states: {
    launching: {
      id: 'launching',
      ...launches(launchedWith('session.created'), LAUNCH_FAILS),
      always: WAITS_OR_HOLDS,
      on: WHILE_LAUNCHING,
    },
    delayed: {
      id: 'delayed',
      tags: 'waiting',
      entry: ['stamp', 'report'],
      after: { chosenDelay: { guard: 'mayLaunch', target: '#launching' } },
      on: {
        ...WITHOUT_LAUNCH,
        'operator.restart': { target: '#launching', actions: RESTARTS },
        'operator.reset': { target: '#launching', actions: STARTS_AGAIN },
        'pool.resumed': { target: '#launching', actions: 'resume' },
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

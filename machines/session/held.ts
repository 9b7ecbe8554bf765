/** An operator has the session: nothing is started or ended in it, and what happens is noted. */
import { LOG_CRASH, RESTARTS } from './branches.ts';
import { sessionSetup } from './move-setup.ts';
import { CANCELS_IN_HOLD, LEAVES_TASK } from './task-branches.ts';

export const held = sessionSetup.createStateConfig({
  id: 'held',
  entry: ['stamp', 'forgetGiven', 'giveUpMove', { type: 'log', params: 'session.held' }, 'report'],
  on: {
    'operator.hold': {},
    'operator.release': [
      {
        guard: 'hasAgent',
        target: '#booting',
        actions: ['release', { type: 'log', params: 'session.released' }],
      },
      {
        target: '#launching',
        actions: ['release', ...RESTARTS, { type: 'log', params: 'session.released' }],
      },
    ],
    'agent.status': [
      { guard: 'isAnothersWord' },
      LEAVES_TASK,
      { actions: ['noteStatus', 'report'] },
    ],
    'agent.died': {
      guard: 'isOurDeath',
      actions: ['noteDeathInHold', LOG_CRASH, 'partWays', 'report'],
    },
    'agent.found': [{ guard: 'isOurAgent' }, { actions: ['noteFound', 'report'] }],
    'session.renamed': {
      guard: 'isOurAgent',
      actions: ['leaveToOperator', 'forgetRenamed', 'report'],
    },
    'task.cancelled': CANCELS_IN_HOLD,
  },
});

import { journalled } from './journalled.ts';
import { failoverSetup, TRIED_IN_VAIN_MS, TRIED_MS } from './setup.ts';

/*
 * One session that has to leave its account, with its conversation. What it is told comes from whoever
 * compares it with its session (supervisor/switch-plan.ts); what it orders goes to the session.
 *
 *   (beginning) ── what the journal says ──► choosing, resuming, parked
 *
 *                  ┌───────────────── refused ─────────────────┐
 *                  ▼                                           │
 *               choosing ──decided──► moving                   │
 *               ▲ │ │ ▲                 noting ──► ordered ────┤
 *         again │ │ │ │                  ▲  ▼         │        │
 *               │ │ │ │                retrying       │ moved  │
 *               │ │ └─┼─ moved ───────────────────────┤        │
 *               │ │   │                               ▼        │
 *               │ │   └─again, refused──────────── resuming ───┼─resumed──► completed
 *               │ │                                            │
 *               │ └─no_account──► parking                      │
 *               │                   noting ──► ordered ────────┘
 *               │                    ▲  ▼         │
 *               │                  retrying       │ parked
 *               │                                 ▼
 *               └────────────────────────────── parked ──decided──► moving
 *
 *   stayed leads to stayed, given_up to failed, from everywhere but noting and retrying: what is being
 *   written is followed by its order, and only then the session shows what became of it.
 *
 *   moving and parking are in the journal before their order is given, so a daemon that is killed there is
 *   followed by one that chooses anew, from what it finds the session doing; moved in choosing is for it: the
 *   order had come about. Whoever refused is in `tried`, and is not chosen until triedTime has passed: longer
 *   where an agent was started that never came up (refused in resuming). An operator may ask for another account
 *   while it chooses (wanted).
 *   specs/model/failover-table.md lists every state with every event.
 */

/** Why it goes there is told before it does. */
const DECIDED = ['note', 'noteWhy', { type: 'log', params: 'failover.decided' }] as const;

export const failoverMachine = failoverSetup.createMachine({
  id: 'failover',
  context: ({ input }) => ({
    ...input,
    until: null,
    why: null,
    // Why those in the journal refused is not known any more.
    triedMs: input.isNew ? TRIED_MS : TRIED_IN_VAIN_MS,
  }),
  initial: 'beginning',
  on: {
    'failover.stayed': '.stayed',
    'failover.given_up': '.failed',
  },
  states: {
    beginning: {
      exit: 'logStart',
      always: [
        { guard: { type: 'isAt', params: 'choosing' }, target: 'choosing' },
        { guard: { type: 'isAt', params: 'resuming' }, target: 'resuming' },
        { guard: { type: 'isAt', params: 'parked' }, target: 'parked' },
        { target: 'choosing', actions: 'chooseAnew' },
      ],
    },
    choosing: {
      id: 'choosing',
      entry: 'report',
      after: { triedTime: { guard: 'hasTried', actions: ['forgetTried', 'report'] } },
      on: {
        'failover.decided': { target: 'moving', actions: DECIDED },
        'failover.no_account': { target: 'parking', actions: ['note', 'noteUntil'] },
        'failover.moved': { guard: 'hasTarget', target: 'resuming', actions: 'note' },
        'failover.wanted': { guard: 'isWish', actions: ['note', 'report'] },
      },
    },
    moving: journalled('orderMove', {
      'failover.moved': { target: '#resuming', actions: 'note' },
    }),
    resuming: {
      id: 'resuming',
      entry: 'report',
      on: {
        'failover.resumed': 'completed',
        'failover.refused': { target: 'choosing', actions: ['note', 'noteInVain'] },
        'failover.again': [
          {
            guard: 'leavesAnother',
            target: 'choosing',
            actions: ['note', { type: 'log', params: 'failover.started' }],
          },
          { target: 'choosing', actions: 'note' },
        ],
      },
    },
    parking: journalled('orderPark', {
      'failover.parked': {
        target: '#parked',
        actions: ['note', { type: 'log', params: 'failover.parked' }],
      },
    }),
    parked: {
      id: 'parked',
      entry: 'report',
      after: { triedTime: { guard: 'hasTried', actions: ['forgetTried', 'report'] } },
      on: {
        'failover.decided': { target: 'moving', actions: DECIDED },
        'failover.again': { target: 'choosing', actions: 'note' },
      },
    },
    completed: {
      type: 'final',
      entry: ['note', 'report', { type: 'log', params: 'failover.completed' }],
    },
    stayed: {
      type: 'final',
      entry: ['note', 'report', { type: 'log', params: 'failover.stayed' }],
    },
    failed: {
      type: 'final',
      entry: ['note', 'report', { type: 'log', params: 'failover.failed' }],
    },
  },
});

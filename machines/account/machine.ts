import type { AccountState } from '../accounts.ts';
import { initialContext } from './context.ts';
import { accountSetup } from './setup.ts';

/*
 * One account: what keeps it from being used, if anything does. Time comes in with the input.
 *
 *   what the store remembers ──┐
 *                              ▼                 the first that holds
 *   any event with news ──► deciding ──┬── an operator took it out of use ──► disabled
 *                              ▲       ├── its links are not in order ──────► quarantined
 *                              │       ├── its login does not work ─────────► unauthenticated
 *                              │       ├── it has reached a limit ──────────► limited ──┐
 *                              │       └── else ────────────────────────────► available │
 *                              └──── until + reset margin, by the clock ────────────────┘
 *
 *   limit.seen, usage.told, operator.limit      set the limit, or when it ends
 *   login.lost                                  the login is lost until operator.clear
 *   links.broken, links.mended                  the guard looked; it looks again by itself
 *   operator.clear                              it is limited and logged out no more
 *   operator.disable, operator.enable           out of use, and in use again
 *
 *   Several may hold at once: an account that is enabled again is limited still, and one whose links were
 *   mended is logged out still. An event that changes nothing of what is known is not heard at all: ten
 *   sessions that reach the same limit are one limit. The state is told (logged, stored) once each time it
 *   changes; no state can be seen in deciding.
 *   The wait of limited is cut into pieces of a minute at most, so that a clock that was set, or a machine
 *   that slept, is noticed. specs/model/account-table.md lists every state with every event.
 */

const NEWS = { guard: 'isNews', target: '.deciding', actions: 'note' } as const;

const arriveAt = <S extends AccountState>(state: S) =>
  ({ entry: { type: 'arrive', params: state } }) as const;

export const accountMachine = accountSetup.createMachine({
  id: 'account',
  context: ({ input }) => initialContext(input),
  initial: 'deciding',
  on: {
    'limit.seen': NEWS,
    'login.lost': NEWS,
    'links.broken': NEWS,
    'links.mended': NEWS,
    'usage.told': NEWS,
    'operator.limit': NEWS,
    'operator.clear': NEWS,
    'operator.disable': NEWS,
    'operator.enable': NEWS,
  },
  states: {
    deciding: {
      entry: 'dropOverLimit',
      always: [
        { guard: 'isDisabled', target: 'disabled' },
        { guard: 'hasBrokenLinks', target: 'quarantined' },
        { guard: 'hasLostLogin', target: 'unauthenticated' },
        { guard: 'isLimited', target: 'limited' },
        { target: 'available' },
      ],
    },
    available: arriveAt('available'),
    limited: {
      ...arriveAt('limited'),
      after: {
        nextLook: [
          { guard: 'isLimitOver', target: 'deciding' },
          { target: 'limited', reenter: true },
        ],
      },
    },
    unauthenticated: arriveAt('unauthenticated'),
    quarantined: arriveAt('quarantined'),
    disabled: arriveAt('disabled'),
  },
});

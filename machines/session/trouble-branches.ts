/** Where trouble with an account leads. The names of guards and actions are those of move-setup.ts. */
import type { TurnOutcome } from '../signals.ts';

/** A turn ended in trouble with the account: what that means for a task, the state of its agent says. */
export const TELLS_TROUBLE = {
  guard: 'tellsTrouble',
  actions: [
    {
      type: 'noteTrouble',
      params: ({ event }: { readonly event: { readonly outcome: TurnOutcome } }) => event.outcome,
    },
    'report',
  ],
} as const;

/** A prompt was taken, or a turn ended well, after trouble with the account. */
export const GOES_ON = { guard: 'goesOn', actions: ['goOn', 'report'] } as const;

/** A living agent that cannot go on with its task where it is: an order is waited for. */
export const IS_STUCK = {
  guard: 'isStuck',
  target: '#workingMoving.awaiting',
  actions: 'leaveAgent',
} as const;

import { failoverSetup } from './setup.ts';

/** While the step is being written nothing is heard: its order follows, and shows what comes of it. */
const DEAF = { 'failover.stayed': {}, 'failover.given_up': {} } as const;

/**
 * A step that is in the journal before its order is given.
 *
 * @param order   the action that gives the order
 * @param success what is heard once it has come about
 */
export const journalled = <const S extends object>(order: 'orderMove' | 'orderPark', success: S) =>
  failoverSetup.createStateConfig({
    initial: 'noting',
    states: {
      noting: {
        tags: 'noting',
        invoke: {
          src: 'journal',
          input: ({ context }) => context.facts,
          onDone: 'ordered',
          onError: 'retrying',
        },
        on: DEAF,
      },
      retrying: { tags: 'noting', after: { journalRetry: 'noting' }, on: DEAF },
      ordered: {
        entry: order,
        on: { ...success, 'failover.refused': { target: '#choosing', actions: 'note' } },
      },
    },
  });

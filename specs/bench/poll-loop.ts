import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './monotonic.ts';

/** What a poller is told: `sweep` once a second until told to `rest`. */
export type Order = 'sweep' | 'rest';

/** What every poller tells: it has looked at everything once; nothing is done any more until the next `sweep`. */
export type Polled = { readonly polled: 'swept' } | { readonly polled: 'resting' };

export interface Polling {
  /** Before the first order is carried out. */
  readonly begin?: () => Promise<void>;
  /** Looks at everything once. */
  sweep(): void;
  /** Ends what it has started; the bench has gone, or is done. */
  end(): void;
}

const PERIOD_MS = 1000;

/** The life of a polling program that the bench has forked. Never resolves: it ends with the bench. */
export async function pollOnOrders({ begin, sweep, end }: Polling): Promise<never> {
  let order: Order = 'rest';
  let wake = (): void => {};
  // Ctrl-C reaches the whole process group; the bench ends us when it is done.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => {
    end();
    process.exit();
  });
  process.on('message', (given) => {
    if (given !== 'sweep' && given !== 'rest') return;
    order = given;
    wake();
  });
  const orders = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  await begin?.();
  for (;;) {
    if (order === 'rest') {
      tell({ polled: 'resting' });
      await orders();
    } else {
      const dueMs = monotonicMs() + PERIOD_MS;
      sweep();
      tell({ polled: 'swept' });
      await Promise.race([orders(), sleep(Math.max(0, dueMs - monotonicMs()))]);
    }
  }
}

function tell(polled: Polled): void {
  process.send?.(polled);
}

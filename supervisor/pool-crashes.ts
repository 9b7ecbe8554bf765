import { type PoolWindow, poolCrash, poolWindow } from '../machines/policy/pool-intensity.ts';
import { countingCrashes } from './recorder.ts';
import type { InputParts } from './session-inputs.ts';
import { supervisedSlots } from './supervised.ts';

/** What counts for the pool of the crashes that earlier daemons of this boot have stored. */
export async function rememberedWindow(
  parts: Pick<InputParts, 'config' | 'retiring' | 'chance'> & {
    readonly store: Pick<InputParts['store'], 'crashes'>;
  },
): Promise<PoolWindow> {
  const { config, store, chance } = parts;
  const { bootId, monotonicMs } = chance.clock;
  const { periodMs } = config.restart;
  const names = supervisedSlots(parts).map(({ name }) => name);
  const crashes = await Promise.all(
    names.map(async (session) => {
      const stored = await store.crashes(session);
      const counting = countingCrashes(stored, { bootId, nowMs: monotonicMs(), periodMs });
      return counting.map((crash) => poolCrash(session, crash));
    }),
  );
  return poolWindow(crashes.flat(), { periodMs });
}

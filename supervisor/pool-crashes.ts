import { type PoolWindow, poolCrash, poolWindow } from '../machines/policy/pool-intensity.ts';
import type { FactStore } from '../machines/ports.ts';
import type { InputParts } from './session-inputs.ts';
import { supervisedSlots } from './supervised.ts';

/**
 * What counts for the pool of the crashes that earlier daemons of this boot have stored, also when their session
 * was forgiven them.
 */
export async function rememberedWindow(
  parts: Pick<InputParts, 'config' | 'retiring' | 'chance'> & {
    readonly store: Pick<FactStore, 'poolCrashes'>;
  },
): Promise<PoolWindow> {
  const { config, store, chance } = parts;
  const { bootId, monotonicMs } = chance.clock;
  const names = supervisedSlots(parts).map(({ name }) => name);
  const crashes = await Promise.all(
    names.map(async (session) => {
      const stored = await store.poolCrashes(session);
      return stored
        .filter((crash) => crash.bootId === bootId)
        .map((crash) => poolCrash(session, crash));
    }),
  );
  return poolWindow(crashes.flat(), config.restart, monotonicMs());
}

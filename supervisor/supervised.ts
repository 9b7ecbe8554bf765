import { type Slot, slotsOf } from '../config/slots.ts';
import type { Config } from '../config/types.ts';

/** Whom a daemon supervises. */
export interface Supervised {
  readonly config: Config;
  /** Sessions outside the range, until they are ended. */
  readonly retiring?: readonly Slot[];
}

/** The reason that is told of a session as long as it is retired. */
export const LEAVING = 'outside the range: it is ended when nothing works in it';
/** The same of one that an operator holds. */
export const LEAVING_ONCE_RELEASED = 'outside the range: it is ended once it is released';

/** The places of the range, lowest index first, then those of sessions that are about to be ended. */
export function supervisedSlots({ config, retiring = [] }: Supervised): readonly Slot[] {
  return [...slotsOf(config), ...retiring];
}

/** Whether the session of this name is outside the range, and to be ended. */
export function isRetiring({ retiring = [] }: Supervised, name: string): boolean {
  return retiring.some((slot) => slot.name === name);
}

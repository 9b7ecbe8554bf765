/** When a session outside the range may be ended, and what an earlier daemon has left of such ones. */
import { type Slot, slotsOf } from '../config/slots.ts';
import type { Account, Config } from '../config/types.ts';
import type { SessionSnapshot } from './belief.ts';
import { without } from './reload-plan.ts';

/** What of its config a daemon leaves to the next one, which may have another. */
export interface Roster {
  readonly range: readonly Slot[];
  /** Sessions outside the range that are not ended yet. */
  readonly retiring: readonly Slot[];
  readonly accounts: readonly Account[];
}

export type Retirement =
  /** It works, starts, is given something, or is held with an agent: not yet. */
  | 'wait'
  /** Its agent is at its prompt with nothing to do. */
  | 'atRest'
  /** No agent of it goes on with anything: it has ended, failed or was parked. */
  | 'over'
  /** A session of somebody else has its name: nothing of ours is left there. */
  | 'notOurs';

/**
 * Whether this session may be ended now. One whose agent died is not started again for its task: that
 * goes on elsewhere, in its conversation.
 *
 * @param isSettled whether all news of its tasks are stored
 */
export function retirementOf(snapshot: SessionSnapshot, isSettled: boolean): Retirement {
  const { task, agent } = snapshot.context;
  if (snapshot.matches({ idle: 'blocked' })) return 'notOurs';
  if (!isSettled) return 'wait';
  if (isOver(snapshot)) return 'over';
  // Hands off: an agent that an operator holds is left alone until it is released.
  if (snapshot.matches({ idle: 'held' })) return agent === null ? 'over' : 'wait';
  return snapshot.matches({ idle: 'ready' }) && task === null ? 'atRest' : 'wait';
}

function isOver(snapshot: SessionSnapshot): boolean {
  return (
    snapshot.matches('failed') ||
    snapshot.matches({ idle: 'parked' }) ||
    snapshot.matches({ working: 'parked' }) ||
    snapshot.matches({ crashed: 'backingOff' }) ||
    snapshot.matches({ idle: { starting: 'delayed' } })
  );
}

/**
 * The sessions that a daemon of this config has to retire when it starts: those that the one before had
 * begun to, and those of its range that the config has no more. A pool of which nothing is left is
 * another one, or a mistake in its name: that is left alone.
 */
export function leftToRetire(before: Roster | null, config: Config): readonly Slot[] {
  if (before === null) return [];
  const slots = slotsOf(config);
  const left = without(before.range, slots);
  const isSamePool = left.length < before.range.length;
  const known = isSamePool ? [...before.retiring, ...left] : before.retiring;
  return without([...new Map(known.map((slot) => [slot.name, slot])).values()], slots);
}

/** Accounts that a config has no more; by their homes, where their agents say what they do. */
export function formerAccounts(
  before: readonly Account[],
  { accounts }: Pick<Config, 'accounts'>,
): readonly Account[] {
  const homes = new Set(accounts.map(({ home }) => home));
  return before.filter(({ home }) => !homes.has(home));
}

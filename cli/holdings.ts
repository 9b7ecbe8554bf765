/** What a daemon holds of its tmux server, and what it leaves to the next one: locks, and the roster. */
import { FailoverError } from '../config/errors.ts';
import { type Slot, slotsOf } from '../config/slots.ts';
import type { Account, Config } from '../config/types.ts';
import type { RosterBook } from '../supervisor/compose-roster.ts';
import { without } from '../supervisor/reload-plan.ts';
import { formerAccounts, leftToRetire } from '../supervisor/retire-plan.ts';
import type { Log } from './daemon-voice.ts';
import type { Held } from './hold-locks.ts';

/** What an earlier config has left beside the one that is in force. */
export interface Legacy {
  /** Sessions outside the range that are to be ended; their locks are held. */
  readonly retiring: readonly Slot[];
  /** Accounts on which agents may still live. */
  readonly formerAccounts: readonly Account[];
}

/** A config that is in force, and what is left beside it. */
export interface InForce extends Legacy {
  readonly config: Config;
}

export interface Holdings {
  /** What the daemon before this process has left, as far as no other one has it by now. Throws as `lockSlots`. */
  inherit(config: Config): Promise<Legacy>;
  /** Locks what `next` has more, and notes down what it leaves: all, or nothing. Throws `LOCK_HELD`, `DISK_FAILED`, or as `lockSlots`. */
  prepare(before: InForce, next: Config): Promise<Legacy>;
  /** `next` has not come into force. */
  undo(before: InForce, next: InForce): Promise<void>;
  /** Nothing of ours is left of it. */
  letGo(slot: Slot, still: InForce): Promise<void>;
}

export function createHoldings({
  locks,
  roster,
  log,
}: {
  readonly locks: Held;
  readonly roster: RosterBook;
  readonly log: Log;
}): Holdings {
  const note = async (inForce: InForce) => {
    await roster.write(rosterOf(inForce)).catch((error) => {
      const reason =
        'which sessions are supervised could not be noted down: what leaves the range is not seen at the next start';
      log({ event: 'daemon.error', reason, error });
    });
  };
  const unlock = (slots: readonly Slot[], still: InForce) => locks.letGo(notIn(still, slots));
  /** In force, or about to be: sessions may still be retired under the one before it. */
  let coming: Config | null = null;
  let keptForIt: Slot[] = [];
  const makeWayFor = (config: Config) => {
    coming = config;
    keptForIt = [];
  };
  return {
    inherit: async (config) => {
      makeWayFor(config);
      const before = roster.read();
      const former = formerAccounts(before?.accounts ?? [], config);
      const bare = { config, retiring: [], formerAccounts: former };
      const retiring: Slot[] = [];
      for (const slot of leftToRetire(before, config)) {
        const isOurs = await locks.add(notIn(bare, [slot]), config).then(yes, noIfHeld);
        if (isOurs) retiring.push(slot);
      }
      await note({ ...bare, retiring });
      return { retiring, formerAccounts: former };
    },
    prepare: async (before, next) => {
      const legacy = legacyOf(before, next);
      const added = notIn(before, slotsOf(next));
      makeWayFor(next);
      try {
        await locks.add(added, next);
        // What a daemon that dies from here on leaves is dealt with by the next one.
        await roster.write(rosterOf({ config: next, ...legacy })).catch((error) => {
          locks.letGo(added);
          throw error;
        });
      } catch (error) {
        locks.letGo(keptForIt);
        makeWayFor(before.config);
        throw error;
      }
      return legacy;
    },
    undo: async (before, next) => {
      makeWayFor(before.config);
      unlock([...slotsOf(next.config), ...next.retiring], before);
      await note(before);
    },
    letGo: async (slot, still) => {
      if (coming === null || coming === still.config) {
        unlock([slot], still);
        return await note(still);
      }
      // What it leaves is noted down already, and the place may be its own again.
      const free = notIn({ config: coming, retiring: [] }, [slot]);
      if (free.length > 0) unlock(free, still);
      else keptForIt.push(slot);
    },
  };
}

function yes(): boolean {
  return true;
}

/** A lock that cannot be asked for says nothing of who has the place: not started is better than forgotten. */
function noIfHeld(error: unknown): boolean {
  if (error instanceof FailoverError && error.code === 'LOCK_HELD') return false;
  throw error;
}

function rosterOf({ config, retiring, formerAccounts }: InForce) {
  const accounts = [...config.accounts, ...formerAccounts];
  return { range: slotsOf(config), retiring, accounts };
}

function legacyOf(before: InForce, next: Config): Legacy {
  const known = [...before.config.accounts, ...before.formerAccounts];
  return {
    retiring: without([...before.retiring, ...slotsOf(before.config)], slotsOf(next)),
    formerAccounts: formerAccounts(known, next),
  };
}

/** Those of them that were not ended while the life before was. */
export function notYetRetired(
  slots: readonly Slot[],
  { config, retiring }: InForce,
): readonly Slot[] {
  const there = new Set([...slotsOf(config), ...retiring].map(({ name }) => name));
  return slots.filter(({ name }) => there.has(name));
}

/** The places of which nothing is locked for what is in force. */
function notIn(
  { config, retiring }: Pick<InForce, 'config' | 'retiring'>,
  slots: readonly Slot[],
): readonly Slot[] {
  const had = new Set([...slotsOf(config), ...retiring].map(lockKey));
  return slots.filter((slot) => !had.has(lockKey(slot)));
}

/** What one lock is for: an index, whatever its session is called. */
function lockKey({ name, index }: Slot): string {
  return index === null ? name : String(index);
}

import type { LogEvent } from '../machines/log-events.ts';
import type { CrashFact, FactStore } from '../machines/ports.ts';
import { accountId } from './child-ids.ts';
import type { PendingWrites } from './pending-writes.ts';
import { planEntry } from './plan-entry.ts';
import type { RootRef } from './pool.ts';
import type { RootEmitted } from './root-types.ts';
import type { TmuxSight } from './tmux-sight.ts';

export interface RecorderParts {
  readonly store: Pick<
    FactStore,
    | 'saveSession'
    | 'addCrash'
    | 'clearCrashes'
    | 'clearPoolCrashes'
    | 'saveAccount'
    | 'saveFailover'
  >;
  /** The sessions whose crashes count for the pool. */
  readonly names: readonly string[];
  readonly writes: Pick<PendingWrites, 'keep' | 'keepNewest'>;
  readonly sight: Pick<TmuxSight, 'see'>;
  readonly tell: (entry: LogEvent) => void;
}

/**
 * Stores and logs what the machines tell, in the order in which they tell it. The machines say
 * only what happened; this is the one place that knows who else must remember it. News of tasks have
 * a recorder of their own.
 *
 * Must be attached before the root starts: the first facts are told while it does.
 */
export function record(
  root: Pick<RootRef, 'on'>,
  { store, names, writes, sight, tell }: RecorderParts,
): void {
  const { keep, keepNewest } = writes;
  const hear: { readonly [T in RootEmitted['type']]?: (told: Told<T>) => void } = {
    changed: ({ facts }) => keepNewest(facts.name, () => store.saveSession(facts)),
    accountChanged: ({ facts }) =>
      keepNewest(accountId(facts.account), () => store.saveAccount(facts)),
    failoverChanged: ({ facts }) => keep(() => store.saveFailover(facts)),
    died: ({ name, crash }) => keep(() => store.addCrash(name, crash)),
    forgiven: ({ name }) => keep(() => store.clearCrashes(name)),
    poolForgiven: () => keep(() => store.clearPoolCrashes(names)),
    logged: ({ entry }) => tell(entry),
    reconciled: (reconciled) => {
      const plan = planEntry(reconciled);
      if (plan !== null) tell(plan);
      sight.see(reconciled.observation);
    },
    broke: ({ name, error }) =>
      tell({ event: 'daemon.error', reason: `the machine of ${name} broke and was ended`, error }),
  };
  // A listener that throws would end the process: XState gives it no other way out.
  root.on('*', (told) => {
    try {
      (hear[told.type] as ((told: RootEmitted) => void) | undefined)?.(told);
    } catch (error) {
      tell({ event: 'daemon.error', reason: `recording "${told.type}" failed`, error });
    }
  });
}

type Told<T extends RootEmitted['type']> = Extract<RootEmitted, { type: T }>;

/** Crashes that still count after a daemon restart: this boot's, within the window. */
export function countingCrashes(
  crashes: readonly CrashFact[],
  {
    bootId,
    nowMs,
    periodMs,
  }: { readonly bootId: string; readonly nowMs: number; readonly periodMs: number },
): readonly CrashFact[] {
  return crashes.filter((crash) => crash.bootId === bootId && crash.monotonicMs > nowMs - periodMs);
}

/** What a failover that has no order waits for, in words for a person. */
import type { Choice, OpenFailover, SwitchView } from './switch-facts.ts';
import { createPass } from './switch-pass.ts';
import { targetOf } from './switch-target.ts';
import { whatIsFirst } from './wish-first.ts';

/**
 * null = for nothing: it is decided at once, or it is on its way. At a session of whose people nothing was told
 * there counts as nobody.
 */
export function whatItWaitsFor(choice: Choice, view: SwitchView): string | null {
  const { failover, session } = choice;
  if (isOnItsWay(failover)) return null;
  if (session.isHeld) return `it is held: claude-failover session release ${session.name}`;
  return (
    whatIsFirst(session, view) ??
    whatNoAccountIs(choice, view) ??
    whenAgain(failover, view) ??
    whoIsOnTheWay(view)
  );
}

function isOnItsWay({ step }: OpenFailover): boolean {
  return step === 'moving' || step === 'resuming';
}

/** None that it could go to, and when there is one. */
function whatNoAccountIs(choice: Choice, view: SwitchView): string | null {
  if (targetOf(choice, createPass(view)) !== null) return null;
  const times = view.accounts.flatMap(({ availableAt: at }) => (at === null ? [] : [at]));
  const due =
    times.length === 0
      ? 'none is due by itself: see claude-failover account list'
      : `the first is due at ${isoOf(Math.min(...times))}`;
  return `no account is left that can be used; ${due}`;
}

/** The last order did not come about, and not because of the account. */
function whenAgain({ notBefore }: OpenFailover, { now }: SwitchView): string | null {
  if (notBefore === null || notBefore <= now) return null;
  return `its last order did not come about; the next try is at ${isoOf(notBefore)}`;
}

function whoIsOnTheWay({ failovers, concurrency }: SwitchView): string | null {
  const count = failovers.filter(isOnItsWay).length;
  return count < concurrency
    ? null
    : `its turn to move comes: ${count} are on their way (failover.concurrency)`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

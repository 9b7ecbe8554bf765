/**
 * What each event changes in the facts of a failover, as pure functions: the machine says when, these
 * say what. `now` is in epoch milliseconds.
 */
import type { FailoverEvent, FailoverFacts, FailoverStep } from '../failovers.ts';

type Told<T extends FailoverEvent['type']> = Extract<FailoverEvent, { type: T }>;

/** What whoever begins a failover has to say of it. */
export type FailoverBeginning = Pick<
  FailoverFacts,
  'id' | 'session' | 'conversation' | 'from' | 'reason' | 'evidence' | 'wanted'
>;

/** The facts of a failover that begins now. */
export function newFailover(beginning: FailoverBeginning, now: number): FailoverFacts {
  return {
    ...beginning,
    to: null,
    step: 'choosing',
    tried: [],
    notBefore: null,
    error: null,
    startedAt: now,
    changedAt: now,
    endedAt: null,
  };
}

/** The facts after an event that its step hears. */
export function factsAfter(facts: FailoverFacts, event: FailoverEvent, now: number): FailoverFacts {
  switch (event.type) {
    case 'failover.decided':
      return { ...stepped(facts, 'moving', now), to: event.to, notBefore: null };
    case 'failover.no_account':
      return stepped(facts, 'parking', now);
    case 'failover.moved':
      return stepped(facts, 'resuming', now);
    case 'failover.parked':
      return stepped(facts, 'parked', now);
    case 'failover.refused':
      return refused(facts, event, now);
    case 'failover.wanted':
      return wishedFor(facts, event, now);
    case 'failover.again':
      return begunAgain(facts, event, now);
    case 'failover.resumed':
      return { ...stepped(facts, 'completed', now), endedAt: now };
    case 'failover.stayed':
      return { ...stepped(facts, 'stayed', now), endedAt: now };
    case 'failover.given_up':
      return { ...stepped(facts, 'failed', now), endedAt: now, error: event.error };
  }
}

/** It is at another step. */
export function stepped(facts: FailoverFacts, step: FailoverStep, now: number): FailoverFacts {
  return { ...facts, step, changedAt: now };
}

/** The accounts that refused it may be asked again. */
export function forgiven(facts: FailoverFacts, now: number): FailoverFacts {
  return { ...facts, tried: [], changedAt: now };
}

/** Its order did not come about. */
function refused(
  facts: FailoverFacts,
  { excludes, retryAt }: Told<'failover.refused'>,
  now: number,
): FailoverFacts {
  const { to, tried } = facts;
  const isOut = excludes && to !== null && !tried.includes(to);
  return {
    ...stepped(facts, 'choosing', now),
    tried: isOut ? [...tried, to] : tried,
    notBefore: retryAt,
  };
}

/** Whatever it was begun for, it is an operator's now. */
function wishedFor(
  facts: FailoverFacts,
  { wanted }: Told<'failover.wanted'>,
  now: number,
): FailoverFacts {
  return { ...forgiven(facts, now), reason: 'operator', wanted, notBefore: null };
}

/** What was asked for at first is done, and who refused it then may not refuse it now. */
function begunAgain(
  facts: FailoverFacts,
  { from, reason, evidence }: Told<'failover.again'>,
  now: number,
): FailoverFacts {
  const choosing = stepped(facts, 'choosing', now);
  return { ...choosing, from, reason, evidence, wanted: null, tried: [], notBefore: null };
}

import type { OperatorVerb, SessionEvent } from '../machines/session/types.ts';
import type { SessionSnapshot } from './belief.ts';

/** What a verb of the operator comes to: an event, nothing to do, or a refusal that says why. */
export type VerbDecision =
  | { readonly kind: 'send'; readonly event: SessionEvent }
  | { readonly kind: 'already' }
  | { readonly kind: 'refused'; readonly message: string };

const ALREADY: VerbDecision = { kind: 'already' };

/**
 * Decides a verb from what the session is now. Verbs are idempotent: asked for twice is done once.
 *
 * @param options.restart for `adopt`: relaunch the session instead of taking it over as it is
 */
export function decideVerb(
  snapshot: SessionSnapshot,
  verb: OperatorVerb,
  options: { readonly restart: boolean },
): VerbDecision {
  switch (verb) {
    case 'hold':
      return snapshot.context.held ? ALREADY : send({ type: 'operator.hold' });
    case 'release':
      return snapshot.context.held ? send({ type: 'operator.release' }) : ALREADY;
    case 'reset':
      return isForgiven(snapshot) && !isHeldUp(snapshot)
        ? ALREADY
        : send({ type: 'operator.reset' });
    case 'adopt':
      return decideAdopt(snapshot, options.restart);
    case 'restart':
      return decideRestart(snapshot);
  }
}

function decideAdopt(snapshot: SessionSnapshot, restart: boolean): VerbDecision {
  if (!snapshot.matches({ idle: 'blocked' })) return ALREADY;
  // One at a time: this one may be of the other kind, and must not seem to be done.
  if (snapshot.matches({ idle: { blocked: 'adopting' } })) {
    return refused(`an adoption of ${snapshot.context.slot.name} is under way; see \`status\``);
  }
  return send({ type: 'operator.adopt', restart });
}

function decideRestart(snapshot: SessionSnapshot): VerbDecision {
  const { name } = snapshot.context.slot;
  if (snapshot.matches('failed')) {
    return refused(`${name} has failed; run "claude-failover session reset ${name}"`);
  }
  if (snapshot.matches({ idle: 'held' })) {
    return refused(`${name} is held; run "claude-failover session release ${name}" first`);
  }
  if (snapshot.matches({ idle: 'blocked' })) {
    return refused(`${name} is not ours; run "claude-failover session adopt ${name} --restart"`);
  }
  if (snapshot.hasTag('launching')) return ALREADY;
  if (waitsForAccount(snapshot)) {
    return refused(`${name} waits for an account; see "claude-failover account list"`);
  }
  return send({ type: 'operator.restart' });
}

/** A restart would bring none. */
function waitsForAccount(snapshot: SessionSnapshot): boolean {
  const places = ['idle', 'working'] as const;
  return places.some(
    (place) =>
      snapshot.matches({ [place]: 'parked' }) ||
      snapshot.matches({ [place]: { moving: 'awaiting' } }),
  );
}

function isForgiven({ context }: SessionSnapshot): boolean {
  const { failure, crashTimes, unreadyTimes, restarts, launchFailures } = context;
  const counted = crashTimes.length + unreadyTimes.length + restarts + launchFailures;
  return failure === null && counted === 0;
}

/** It waits for the pool to create again: a reset launches this one all the same. */
function isHeldUp(snapshot: SessionSnapshot): boolean {
  return snapshot.context.isPoolHalted && snapshot.hasTag('waiting');
}

function send(event: SessionEvent): VerbDecision {
  return { kind: 'send', event };
}

function refused(message: string): VerbDecision {
  return { kind: 'refused', message };
}

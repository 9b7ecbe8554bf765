/** Which sessions leave an account that can be used: of our own accord, at rest, and seldom. */

import type { Better } from '../machines/policy/better-account.ts';
import { isOwnAccord } from '../machines/policy/better-account.ts';
import type { Choice, SwitchSession, SwitchView } from './switch-facts.ts';
import { RETRY_MS } from './switch-follow.ts';
import type { Pass } from './switch-pass.ts';
import { isGoingOn, isHealthy, isOut } from './switch-session.ts';

/**
 * Where this one, that has no failover, goes now although it could stay, and why; null = it stays. It takes a
 * place at once, so that no more begin than can go.
 */
export function goesAlso(session: SwitchSession, pass: Pass, view: SwitchView): Better | null {
  if (!isAtEase(session)) return null;
  const better = pass.betterThan(session.account, []);
  if (better === null || isSoonAfterLast(session, pass, view)) return null;
  if (!pass.hasPlace() || !pass.isLeftAlone(session)) return null;
  pass.send(session, better.to);
  return better;
}

/** A failover of our own accord is not wanted any more: whatever its session does now comes first. */
export function isPointless({ failover, session }: Choice, pass: Pass): boolean {
  const { step, reason, to, tried } = failover;
  if (!isOwnAccord(reason) || step !== 'choosing' || !isOut(session)) return false;
  if (isAtEase(session)) return pass.betterThan(session.account, tried) === null;
  return to === null || session.phase === 'atRest' || isGoingOn(session);
}

/**
 * A healthy session at rest is not moved twice within the cooldown because of limits that others have met:
 * accounts that are limited in turn would send it to and fro.
 */
export function hasJustMoved({ name }: SwitchSession, pass: Pass, view: SwitchView): boolean {
  return isWithin(view.cooldownMs, view.past.get(name)?.movedAt ?? null, pass);
}

/** Nothing would be cut short, nor ended that still runs in the background. */
function isAtEase(session: SwitchSession): boolean {
  const { phase, isHeld, hasShell } = session;
  return phase === 'atRest' && !isHeld && !hasShell && isHealthy(session);
}

/** Also one that came to nothing is not thought of again at once, however short the cooldown. */
function isSoonAfterLast({ name }: SwitchSession, pass: Pass, view: SwitchView): boolean {
  const { endedAt = null } = view.past.get(name) ?? {};
  return isWithin(Math.max(view.cooldownMs, RETRY_MS), endedAt, pass);
}

/** A clock that was set back must not make it wait for longer. */
function isWithin(ms: number, at: number | null, pass: Pass): boolean {
  if (at === null || pass.now < at || pass.now >= at + ms) return false;
  pass.lookAgain(at + ms);
  return true;
}

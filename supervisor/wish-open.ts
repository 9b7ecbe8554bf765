/** What a wish of an operator comes to for a session that is to leave its account already. */
import { isOwnAccord } from '../machines/policy/better-account.ts';
import type { FailoverWish } from './status-report.ts';
import type { Choice, OpenFailover, SwitchSession, SwitchView } from './switch-facts.ts';
import { isGoingOn } from './switch-session.ts';
import { whatIsFirst } from './wish-first.ts';

/** Nothing but the verb: only what cannot stay is meant. */
export function isBare({ from, to, sessions }: FailoverWish): boolean {
  return from === null && to === null && sessions.length === 0;
}

/** Why it is left to what is under way; null = this wish comes instead. */
export function whyLeftToThat(choice: Choice, wish: FailoverWish, view: SwitchView): string | null {
  const { failover, session } = choice;
  if (takesBack(choice, wish)) return `it is on ${wish.to}, and is not to leave it any more`;
  return replaces(failover, wish) ? null : whatIsOpen(failover, session, view);
}

/** Whether this wish comes instead of one that is waited for. */
function replaces(failover: OpenFailover, wish: FailoverWish): boolean {
  return isWaiting(failover) && !isBare(wish) && failover.wanted !== wish.to;
}

/** Whether it is to stay where it is, instead of what is waited for. */
export function takesBack({ failover, session }: Choice, { to }: FailoverWish): boolean {
  return to === session.account && isWaiting(failover) && isGoingOn(session);
}

function isWaiting({ step, reason }: OpenFailover): boolean {
  return step === 'choosing' && (reason === 'operator' || isOwnAccord(reason));
}

function whatIsOpen(failover: OpenFailover, session: SwitchSession, view: SwitchView): string {
  const { step, from, to, wanted } = failover;
  if (step === 'moving' || step === 'resuming') return `it is on its way to ${to} already`;
  if (step !== 'choosing') return 'it is parked until an account is available';
  const first = whatIsFirst(session, view);
  const goal = wanted === null ? `leave ${from}` : `go to ${wanted}`;
  return `it is to ${goal} already${first === null ? '' : `: ${first}`}`;
}

/** Where it is to go already; null = that is not known yet. */
export function goalOf(failover: OpenFailover | null): string | null {
  if (failover === null) return null;
  const { step, to, wanted } = failover;
  return step === 'moving' || step === 'resuming' ? to : wanted;
}

/** Which account a session that has to leave goes on on. */
import { isOwnAccord } from '../machines/policy/better-account.ts';
import { strategyRule } from '../machines/policy/target-words.ts';
import type { Choice, Target } from './switch-facts.ts';
import type { Pass } from './switch-pass.ts';
import { isHealthy } from './switch-session.ts';

/** null = none can be used now, or none that an operator asked for. */
export function targetOf(choice: Choice, pass: Pass): Target | null {
  const { reason } = choice.failover;
  const to = isOwnAccord(reason) ? betterTarget(choice, pass) : toldTarget(choice, pass);
  return to === null ? null : { to, rule: ruleOf(to, choice, pass) };
}

function toldTarget(choice: Choice, pass: Pass): string | null {
  return choice.failover.reason === 'operator'
    ? wishedTarget(choice, pass)
    : (ownAccount(choice, pass) ?? otherAccount(choice, pass));
}

function ruleOf(to: string, { failover, session }: Choice, { strategy }: Pass): string {
  if (to === failover.wanted) return `${to} is the account that the operator asked for`;
  return to === session.account
    ? `${to} is its own account, and can be used`
    : strategyRule(to, strategy);
}

/** Its own account comes first, if it can be used again: nothing need change then. */
function ownAccount({ failover: { tried }, session }: Choice, pass: Pass): string | null {
  const { account, phase } = session;
  if (phase === 'parked' || tried.includes(account)) return null;
  return pass.isUsable(account) ? account : null;
}

function otherAccount({ failover: { tried, wanted }, session }: Choice, pass: Pass): string | null {
  const { account, phase } = session;
  // After a crash the session starts where it is by itself, and after a wait.
  return pass.targetFor(phase === 'crashed' ? [...tried, account] : tried, wanted);
}

/** Away from where it is, to the account that was asked for; if that cannot be had, it stays if it can. */
function wishedTarget(choice: Choice, pass: Pass): string | null {
  const { tried, wanted } = choice.failover;
  const { session } = choice;
  const to = pass.targetFor([...tried, session.account], wanted);
  if (to !== null && (wanted === null || to === wanted)) return to;
  if (isHealthy(session)) return pass.isUsable(session.account) ? null : to;
  return backHome(choice, pass) ?? to ?? otherAccount(choice, pass);
}

/** One that goes of its own accord goes nowhere else; if its agent has ended for it, it goes on wherever it can. */
function betterTarget(choice: Choice, pass: Pass): string | null {
  const { failover, session } = choice;
  const better = pass.betterThan(session.account, failover.tried);
  if (better !== null || isHealthy(session)) return better?.to ?? null;
  return backHome(choice, pass) ?? otherAccount(choice, pass);
}

/** Where it goes on as it was. */
function backHome(choice: Choice, pass: Pass): string | null {
  const { failover, session } = choice;
  const { from, tried } = failover;
  if (session.phase !== 'crashed') return ownAccount(choice, pass);
  const isAway = from !== session.account && !tried.includes(from);
  return isAway && pass.isUsable(from) ? from : null;
}

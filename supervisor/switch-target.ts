/** Which account a session that has to leave goes on on. */
import type { Choice } from './switch-facts.ts';
import type { Pass } from './switch-pass.ts';
import { isHealthy } from './switch-session.ts';

/** null = none can be used now, or none that an operator asked for. */
export function targetOf(choice: Choice, pass: Pass): string | null {
  return choice.failover.reason === 'operator'
    ? wishedTarget(choice, pass)
    : (ownAccount(choice, pass) ?? otherAccount(choice, pass));
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

/** Where it goes on as it was. */
function backHome(choice: Choice, pass: Pass): string | null {
  const { failover, session } = choice;
  const { from, tried } = failover;
  if (session.phase !== 'crashed') return ownAccount(choice, pass);
  const isAway = from !== session.account && !tried.includes(from);
  return isAway && pass.isUsable(from) ? from : null;
}

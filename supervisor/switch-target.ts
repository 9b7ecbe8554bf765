/** Which account a session that has to leave goes on on. */
import type { Choice } from './switch-facts.ts';
import type { Pass } from './switch-pass.ts';
import { isHealthy } from './switch-session.ts';

/** null = none can be used now, or none that an operator asked for. */
export function targetOf(choice: Choice, pass: Pass): string | null {
  return choice.failover.reason === 'operator'
    ? wishedTarget(choice, pass)
    : anyTarget(choice, pass);
}

/** Its own account comes first, if it can be used again: nothing need change then. */
function anyTarget({ failover: { tried, wanted }, session }: Choice, pass: Pass): string | null {
  const { account, phase } = session;
  const isOwn = phase !== 'parked' && pass.isUsable(account) && !tried.includes(account);
  return isOwn ? account : pass.targetFor(tried, wanted);
}

/** Away from where it is. A healthy one goes to the account that was asked for, or stays. */
function wishedTarget(choice: Choice, pass: Pass): string | null {
  const { tried, wanted } = choice.failover;
  const { session } = choice;
  const to = pass.targetFor([...tried, session.account], wanted);
  if (!isHealthy(session)) return to ?? anyTarget(choice, pass);
  return wanted === null || to === wanted || !pass.isUsable(session.account) ? to : null;
}

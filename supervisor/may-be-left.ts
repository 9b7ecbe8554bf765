import { fullestWindow, isNearlyUsedUp } from '../machines/policy/nearly-used.ts';
import type { SwitchParts } from './switch-world.ts';

/**
 * Tells of an account whether sessions at rest may leave it although it can be used: it is nearly used up, or
 * they go back from it to a preferred one. For sessions elsewhere nothing need be planned of their own accord.
 */
export function createMayBeLeft(parts: SwitchParts): (account: string) => boolean {
  const { config } = parts;
  const { returnToPreferred, strategy } = config.failover;
  const best = Math.min(...config.accounts.map(({ priority }) => priority));
  const goesBack = new Set(
    config.accounts.flatMap(({ name, priority }) => (priority > best ? [name] : [])),
  );
  const isReturned = returnToPreferred && strategy === 'priority';
  const isNearly = createNearlyUsed(parts);
  return (account) => (isReturned && goesBack.has(account)) || isNearly(account);
}

/** Tells of an account whether it is nearly used up, by what its clients have said last. */
export function createNearlyUsed({
  config,
  accounts,
  chance,
}: SwitchParts): (account: string) => boolean {
  const { proactiveThreshold } = config.failover;
  return (account) => {
    const usage = accounts.snapshotOf(account)?.context.facts.usage;
    if (usage === undefined) return false;
    const used = fullestWindow(usage, chance.clock.now());
    return isNearlyUsedUp({ used }, proactiveThreshold);
  };
}

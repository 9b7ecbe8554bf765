import type { AccountInput } from '../machines/account/types.ts';
import type { FailoverInput } from '../machines/failover/types.ts';
import type { Clock, FactStore } from '../machines/ports.ts';
import { type Supervised, supervisedSlots } from './supervised.ts';

export interface RememberedParts extends Supervised {
  readonly store: Pick<FactStore, 'accounts' | 'openFailovers'>;
  readonly chance: { readonly clock: Clock };
}

/** How the account of each login begins: with what the store remembers of its home, whoever wrote it. */
export async function accountInputs(parts: RememberedParts): Promise<readonly AccountInput[]> {
  const { accounts, failover } = parts.config;
  const remembered = await parts.store.accounts(accounts.map(({ home }) => home));
  const factsOf = new Map(remembered.map((facts) => [facts.home, facts]));
  return accounts.map((account) => ({
    account,
    facts: factsOf.get(account.home) ?? null,
    cooldownMs: failover.cooldownMs,
    resetMarginMs: failover.resetMarginMs,
    clock: parts.chance.clock,
  }));
}

/**
 * The failovers of our sessions that an earlier daemon has begun and not ended. Those of sessions that
 * have left the range are left to the daemon that has them now, or will have.
 */
export async function failoverInputs(parts: RememberedParts): Promise<readonly FailoverInput[]> {
  const indexes = new Map(supervisedSlots(parts).map(({ name, index }) => [name, index]));
  const open = await parts.store.openFailovers();
  return open.flatMap((facts) => {
    const index = indexes.get(facts.session);
    return index === undefined ? [] : [{ facts, index, isNew: false, clock: parts.chance.clock }];
  });
}

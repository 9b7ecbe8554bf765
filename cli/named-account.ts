import { FailoverError } from '../config/errors.ts';
import { nearestKey } from '../config/nearest-key.ts';
import type { Account, Config } from '../config/types.ts';

/** The accounts of these names, in the order given; all of them when none is. Throws `NOT_FOUND`. */
export function requireAccounts(
  { accounts }: Pick<Config, 'accounts'>,
  names: readonly string[],
): readonly Account[] {
  if (names.length === 0) return accounts;
  return names.map((name) => requireAccount({ accounts }, name));
}

/** The account of this name; throws `NOT_FOUND` with the name that was most likely meant. */
export function requireAccount({ accounts }: Pick<Config, 'accounts'>, name: string): Account {
  const account = accounts.find((candidate) => candidate.name === name);
  if (account !== undefined) return account;
  const known = accounts.map((candidate) => candidate.name);
  throw new FailoverError(
    'NOT_FOUND',
    `no account is named ${name || '""'}: ${meant(name, known)}`,
    {
      name,
    },
  );
}

function meant(name: string, known: readonly string[]): string {
  const nearest = nearestKey(name, known);
  const all = `there is ${known.join(', ')}`;
  return nearest === null ? all : `did you mean ${nearest}? (${all})`;
}

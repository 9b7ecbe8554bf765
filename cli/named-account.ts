import { FailoverError } from '../config/errors.ts';
import type { Account, Config } from '../config/types.ts';

/** The accounts of these names, in the order given; all of them when none is. Throws `NOT_FOUND`. */
export function requireAccounts(
  { accounts }: Pick<Config, 'accounts'>,
  names: readonly string[],
): readonly Account[] {
  if (names.length === 0) return accounts;
  return names.map((name) => {
    const account = accounts.find((candidate) => candidate.name === name);
    if (account !== undefined) return account;
    const known = accounts.map((candidate) => candidate.name).join(', ');
    const message = `no account is named ${name}: there is ${known}`;
    throw new FailoverError('NOT_FOUND', message, { name });
  });
}

import type { GuardCheckError } from './check-error.ts';
import { checkHome } from './guard/account-home.ts';
import { type Canonical, canonicalsOf } from './guard/canonical.ts';
import { checkLogin, checkLogins } from './guard/same-login.ts';
import { checkLink } from './guard/shared-link.ts';
import type { Account, Config } from './types.ts';

/**
 * The guard, once before anything else: every violation of every account, the canonical directories'
 * own first, then accounts with the same login. It only reads and never heals: a link that was put right
 * by guess would split a conversation in two without anybody noticing.
 */
export function checkSharedState(
  config: Pick<Config, 'accounts' | 'sharedState'>,
): readonly GuardCheckError[] {
  const canonicals = canonicalsOf(config.sharedState.root);
  return [
    ...errorsOf(canonicals),
    ...config.accounts.flatMap((account) => checkLinks(account, canonicals)),
    ...checkLogins(config.accounts),
  ];
}

/**
 * The same for one account, before each launch on it; `root` is the shared state's. A person may have
 * logged in anew meanwhile: among `accounts`, those of the config in its order, the later one is at fault.
 */
export function checkAccount(
  account: Account,
  root: string,
  accounts: readonly Account[] = [],
): readonly GuardCheckError[] {
  const canonicals = canonicalsOf(root);
  const login = checkLogin(account, accounts);
  return [
    ...errorsOf(canonicals),
    ...checkLinks(account, canonicals),
    ...(login === null ? [] : [login]),
  ];
}

function errorsOf(canonicals: readonly Canonical[]): readonly GuardCheckError[] {
  return canonicals.flatMap(({ error }) => error ?? []);
}

function checkLinks(
  account: Account,
  canonicals: readonly Canonical[],
): readonly GuardCheckError[] {
  const home = checkHome(account);
  if (home !== null) return [home];
  return canonicals.flatMap((canonical) => checkLink(account, canonical) ?? []);
}

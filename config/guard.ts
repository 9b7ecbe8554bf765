import type { GuardCheckError } from './check-error.ts';
import { checkHome } from './guard/account-home.ts';
import { type Canonical, canonicalsOf } from './guard/canonical.ts';
import { checkLink } from './guard/shared-link.ts';
import type { Account, Config } from './types.ts';

/**
 * The guard, once before anything else: every violation of every account, the canonical directories'
 * own first. It only reads (lstat, readlink, realpath) and never heals: a link that was put right
 * by guess would split a conversation in two without anybody noticing.
 */
export function checkSharedState(
  config: Pick<Config, 'accounts' | 'sharedState'>,
): readonly GuardCheckError[] {
  const canonicals = canonicalsOf(config.sharedState.root);
  return [
    ...errorsOf(canonicals),
    ...config.accounts.flatMap((account) => checkLinks(account, canonicals)),
  ];
}

/** The same for one account, before each launch on it; `root` is the shared state's. */
export function checkAccount(account: Account, root: string): readonly GuardCheckError[] {
  const canonicals = canonicalsOf(root);
  return [...errorsOf(canonicals), ...checkLinks(account, canonicals)];
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

import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { GuardCheckError } from '../../config/check-error.ts';
import { checkHome } from '../../config/guard/account-home.ts';
import { type Canonical, canonicalsOf } from '../../config/guard/canonical.ts';
import { checkLink } from '../../config/guard/shared-link.ts';
import type { Account, Config, SharedLink } from '../../config/types.ts';

/** What there is to do at one path. `account` and `link` say whose it is; null: everybody's, the home itself. */
export type LinkStep = LinkPlace &
  (
    | { readonly kind: 'create_directory' }
    | { readonly kind: 'create_link'; readonly target: string }
    | { readonly kind: 'fine' }
    | { readonly kind: 'refused'; readonly why: GuardCheckError }
  );

interface LinkPlace {
  readonly path: string;
  readonly account: string | null;
  readonly link: SharedLink | null;
}

/** In the order in which it must be done: canonical directories, then home by home with its links. */
export type LinkPlan = readonly LinkStep[];

/**
 * What is missing before the guard would let everybody in: a value to be shown, then perhaps handed
 * to `applyLinks`. What is wrongly in place is refused and never planned away.
 */
export function planLinks(config: Pick<Config, 'accounts' | 'sharedState'>): LinkPlan {
  const canonicals = canonicalsOf(config.sharedState.root);
  return [
    ...canonicals.map(canonicalStep),
    ...config.accounts.flatMap((account) => accountSteps(account, canonicals)),
  ];
}

function canonicalStep({ path, link, error }: Canonical): LinkStep {
  const place = { path, account: null, link };
  if (error === null) return { kind: 'fine', ...place };
  return error.code === 'guard.canonical_missing' && isFree(path)
    ? { kind: 'create_directory', ...place }
    : { kind: 'refused', ...place, why: error };
}

function accountSteps(account: Account, canonicals: readonly Canonical[]): readonly LinkStep[] {
  const place = { path: account.home, account: account.name, link: null };
  const error = checkHome(account);
  if (error === null) {
    return [{ kind: 'fine', ...place }, ...canonicals.map((one) => linkStep(account, one))];
  }
  if (error.code !== 'guard.home_missing' || !isFree(account.home)) {
    return [{ kind: 'refused', ...place, why: error }];
  }
  return [
    { kind: 'create_directory', ...place },
    ...canonicals.map((one) => newLink(account, one)),
  ];
}

function linkStep(account: Account, canonical: Canonical): LinkStep {
  const place = placeOf(account, canonical);
  const error = checkLink(account, canonical);
  if (error === null) return { kind: 'fine', ...place };
  if (error.code === 'guard.missing') return newLink(account, canonical);
  return error.code === 'guard.dangling' && awaits(place.path, canonical)
    ? { kind: 'fine', ...place }
    : { kind: 'refused', ...place, why: error };
}

function newLink(account: Account, canonical: Canonical): LinkStep {
  return { kind: 'create_link', ...placeOf(account, canonical), target: canonical.path };
}

function placeOf(account: Account, { link }: Canonical) {
  return { path: join(account.home, link), account: account.name, link };
}

/** A good link that only waits for its canonical directory to be created. */
function awaits(path: string, canonical: Canonical): boolean {
  if (canonical.error?.code !== 'guard.canonical_missing' || !isFree(canonical.path)) return false;
  return resolve(realpathSync(dirname(path)), readlinkSync(path)) === canonical.path;
}

// ENOTDIR is not free: a parent is a file, and no directory can be made below it.
function isFree(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

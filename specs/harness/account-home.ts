import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, type Config, SHARED_LINKS, type SharedLink } from '../../config/types.ts';
import { tempDir } from './temp-dir.ts';

/** Accounts on a real file system, with everything in place that the guard asks for. */
export interface AccountHomes {
  /** The directory that holds all of it. */
  readonly dir: string;
  /** `shared_state.root`, with its three canonical directories. */
  readonly root: string;
  readonly accounts: readonly Account[];
  /** What the guard and the link planner take. */
  readonly config: Pick<Config, 'accounts' | 'sharedState'>;
}

export function makeAccountHomes(
  names: readonly string[] = ['compte1', 'compte2', 'compte3'],
  dir = tempDir(),
): AccountHomes {
  const root = join(dir, 'canon');
  for (const link of SHARED_LINKS) mkdirSync(join(root, link), { recursive: true, mode: 0o700 });
  const accounts = names.map((name, i) => ({ name, home: join(dir, name), priority: i + 1 }));
  for (const { home } of accounts) makeHome(home, root);
  return { dir, root, accounts, config: { accounts, sharedState: { root } } };
}

/** An account home with its three links. */
export function makeHome(home: string, root: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (const link of SHARED_LINKS) symlinkSync(join(root, link), join(home, link));
}

/** Replaces one link of a home by one that says something else. */
export function relink(home: string, link: SharedLink, target: string): void {
  rmSync(join(home, link));
  symlinkSync(target, join(home, link));
}

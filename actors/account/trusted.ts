import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import type { Account } from '../../config/types.ts';
import { invalid, isJsonObject, readJsonFile } from './json-file.ts';

/**
 * Whether a client of this account starts in a directory (its real path) without asking a person if it
 * is trusted. As the client does it: the directory itself, any directory above it, or the repository of
 * which it is a worktree has been trusted. Throws `ACCOUNT_FILE_INVALID`.
 */
export function trustsDirectory({ home }: Pick<Account, 'home'>, directory: string): boolean {
  const projects = projectsIn(join(home, '.claude.json'));
  const repository = repositoryOfWorktree(directory);
  const names = repository === null ? upwards(directory) : [repository, ...upwards(directory)];
  return names.some((name) => isTrusted(projects, name));
}

function projectsIn(file: string): unknown {
  try {
    return readJsonFile(file).object['projects'];
  } catch (error) {
    if (error instanceof FailoverError) throw error;
    throw invalid(file, error instanceof Error ? error.message : String(error));
  }
}

function isTrusted(projects: unknown, name: string): boolean {
  if (!isJsonObject(projects) || !Object.hasOwn(projects, name)) return false;
  const project = projects[name];
  return isJsonObject(project) && project['hasTrustDialogAccepted'] === true;
}

/** The directory and all above it. */
function upwards(directory: string): readonly string[] {
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...upwards(above)];
}

/** The repository that a linked worktree belongs to; null when the directory is in none. */
function repositoryOfWorktree(directory: string): string | null {
  const root = upwards(directory).find((name) => existsSync(join(name, '.git')));
  try {
    return root === undefined ? null : repositoryBehind(root);
  } catch {
    // A directory in place of the file that a worktree has, or one that leads nowhere.
    return null;
  }
}

function repositoryBehind(root: string): string | null {
  const pointer = /^gitdir:(.*)/.exec(readLine(join(root, '.git')))?.[1];
  if (pointer === undefined) return null;
  const gitDirectory = resolve(root, pointer.trim());
  const common = resolve(gitDirectory, readLine(join(gitDirectory, 'commondir')));
  // A file anybody can write must not borrow the trust of a repository that does not know of it.
  const isItsOwn =
    dirname(gitDirectory) === join(common, 'worktrees') &&
    realpathSync(readLine(join(gitDirectory, 'gitdir'))) === join(realpathSync(root), '.git');
  if (!isItsOwn) return null;
  return basename(common) === '.git' ? dirname(common) : common;
}

function readLine(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

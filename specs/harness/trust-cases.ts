import { copyFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './temp-dir.ts';

/** Directories that a client may be started in, some of which it has been told to trust. */
export interface TrustPlace {
  readonly trusted: readonly string[];
  /** Where it is started, by its real path. */
  readonly workdir: string;
}

export interface TrustCase {
  readonly what: string;
  readonly isTrusted: boolean;
  make(): TrustPlace;
}

/** What the client of an account takes for trusted: measured on the real one, by its contract spec. */
export const TRUST_CASES: readonly TrustCase[] = [
  {
    what: 'a directory that nobody has trusted',
    isTrusted: false,
    make: () => ({ trusted: [], workdir: made(tempDir(), 'work') }),
  },
  {
    what: 'a trusted directory',
    isTrusted: true,
    make: () => {
      const workdir = made(tempDir(), 'work');
      return { trusted: [workdir], workdir };
    },
  },
  {
    what: 'a directory deep below a trusted one',
    isTrusted: true,
    make: () => {
      const dir = tempDir();
      return { trusted: [dir], workdir: made(dir, 'a', 'b') };
    },
  },
  {
    what: 'a directory above a trusted one',
    isTrusted: false,
    make: () => {
      const workdir = made(tempDir(), 'a');
      return { trusted: [made(workdir, 'b')], workdir };
    },
  },
  {
    what: 'a directory beside a trusted one whose name begins alike',
    isTrusted: false,
    make: () => {
      const dir = tempDir();
      return { trusted: [made(dir, 'work')], workdir: made(dir, 'work-evil') };
    },
  },
  {
    what: 'a directory that is trusted by the name of a link to it only',
    isTrusted: false,
    make: () => {
      const dir = tempDir();
      const workdir = made(dir, 'work');
      symlinkSync(workdir, join(dir, 'link'));
      return { trusted: [join(dir, 'link')], workdir };
    },
  },
  {
    what: 'a directory in a worktree of a trusted repository',
    isTrusted: true,
    make: () => {
      const { repository, worktree } = makeWorktree();
      return { trusted: [repository], workdir: made(worktree, 'src') };
    },
  },
  {
    what: 'a worktree of a repository below a trusted directory',
    isTrusted: false,
    make: () => {
      const { repository, worktree } = makeWorktree();
      return { trusted: [join(repository, '..')], workdir: worktree };
    },
  },
  {
    what: 'a directory that passes itself off as the worktree of a trusted repository',
    isTrusted: false,
    make: () => {
      const { repository, worktree } = makeWorktree();
      const workdir = made(worktree, '..', 'evil');
      copyFileSync(join(worktree, '.git'), join(workdir, '.git'));
      return { trusted: [repository], workdir };
    },
  },
];

/** As `git worktree add` leaves them. */
function makeWorktree(): { readonly repository: string; readonly worktree: string } {
  const dir = tempDir();
  const repository = made(dir, 'code', 'repository');
  const worktree = made(dir, 'elsewhere', 'worktree');
  const folder = gitFolderOf(repository);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'commondir'), '../..\n');
  writeFileSync(join(folder, 'gitdir'), `${worktree}/.git\n`);
  writeFileSync(join(worktree, '.git'), `gitdir: ${folder}\n`);
  return { repository, worktree };
}

function gitFolderOf(repository: string): string {
  return join(repository, '.git', 'worktrees', 'worktree');
}

function made(...parts: readonly string[]): string {
  const directory = join(...parts);
  mkdirSync(directory, { recursive: true });
  return realpathSync(directory);
}

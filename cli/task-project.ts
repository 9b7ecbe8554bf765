import { realpathSync, statSync } from 'node:fs';
import { FailoverError } from '../config/errors.ts';
import { resolvePath } from '../config/paths.ts';
import { shellWord } from '../config/shell-word.ts';
import type { Config } from '../config/types.ts';
import type { CliWorld } from './world.ts';

/**
 * The directory that a task is worked on in: as wanted (`~`, or against the current one), else the
 * pool's. Absolute, without symbolic links.
 *
 * @throws FailoverError `NOT_FOUND` when it is no directory; `NOT_TRUSTED` when the client of an account
 *   would ask there whether it is trusted, which nobody would answer. Each says what to do.
 */
export async function taskProject(
  world: Pick<CliWorld, 'home'>,
  config: Config,
  wanted: string | undefined,
): Promise<string> {
  const given =
    wanted === undefined
      ? config.pool.autonomous.workdir
      : resolvePath(wanted, { home: world.home, directory: process.cwd() });
  const directory = realDirectory(given);
  const { distrusting } = await import('../supervisor/compose-tasks.ts');
  const names = distrusting(config.accounts, directory).map(({ name }) => name);
  if (names.length > 0) throw notTrusted(directory, names);
  return directory;
}

function realDirectory(path: string): string {
  try {
    const real = realpathSync.native(path);
    if (statSync(real).isDirectory()) return real;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw notThere(path, `\nMake it: mkdir -p ${shellWord(path)}`);
    throw notThere(path, ` (${code})`);
  }
  throw notThere(path, ', but something else');
}

function notThere(path: string, more: string): FailoverError {
  return new FailoverError('NOT_FOUND', `no directory to work in: ${path}${more}`, { path });
}

function notTrusted(path: string, names: readonly string[]): FailoverError {
  const who = names.length === 1 ? `${names[0]} does` : `${names.join(', ')} do`;
  const message = [
    `${who} not trust ${path}: the client would ask about it, and nobody would answer`,
    `Trust it: claude-failover account prepare --trust ${shellWord(path)}`,
  ].join('\n');
  return new FailoverError('NOT_TRUSTED', message, { path, account: names[0] ?? null });
}

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

export interface SearchPlace {
  /** What the program is started with: its PATH is searched. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it is started: relative and empty parts of PATH mean this directory or lie in it. */
  readonly workdir: string;
}

/** What `sh` searches when it is given no PATH at all. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The absolute path of the program that `sh` would run for `command[0]` in that place; null when
 * there is none. Asked before a launch, so that a missing client is named at once.
 */
export async function findCommand(
  command: readonly string[],
  place: SearchPlace,
): Promise<string | null> {
  const [program = ''] = command;
  for (const candidate of candidates(program, place)) {
    if (await isProgram(candidate)) return candidate;
  }
  return null;
}

function candidates(program: string, { env, workdir }: SearchPlace): readonly string[] {
  if (program === '') return [];
  if (program.includes('/')) return [path.resolve(workdir, program)];
  const folders = (env['PATH'] ?? DEFAULT_PATH).split(':');
  return folders.map((folder) => path.resolve(workdir, folder, program));
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The absolute path of the program that `exec` would run for `command[0]` with the PATH of `env`;
 * null when there is none. Asked before a launch, so that a missing client is named at once.
 */
export async function findCommand(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const [program = ''] = command;
  for (const candidate of candidates(program, env['PATH'] ?? '')) {
    if (await isProgram(candidate)) return candidate;
  }
  return null;
}

function candidates(program: string, searchPath: string): readonly string[] {
  if (program === '') return [];
  if (program.includes('/')) return [path.resolve(program)];
  return searchPath.split(':').map((folder) => path.resolve(folder, program));
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

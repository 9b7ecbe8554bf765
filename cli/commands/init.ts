import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { printable } from '../../config/printable.ts';
import { configHome } from '../../config/xdg.ts';
import { packageFile } from '../../web/package-file.ts';
import { EXIT } from '../exit-codes.ts';
import { firstConfig, NEXT_STEPS } from '../init/first-config.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

/** Writes a first config where it will be looked for. One that exists is left as it is. */
export async function init(world: CliWorld, options: CommonOptions): Promise<number> {
  const file = placeOf(world, options);
  const isNew = write(file, firstConfig(packageFile('deploy/config.example.yaml')));
  world.terminal.print(`${printable(file)}: ${isNew ? 'written' : 'already there, left as it is'}`);
  if (isNew) world.terminal.say(NEXT_STEPS);
  return EXIT.OK;
}

function placeOf({ env, home }: CliWorld, { config }: CommonOptions): string {
  const named = config ?? (env['CLAUDE_FAILOVER_CONFIG'] || null);
  return named === null ? join(configHome({ env, home }), 'config.yaml') : resolve(named);
}

function write(file: string, text: string): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { printable } from '../../config/printable.ts';
import { configHome } from '../../config/xdg.ts';
import { packageFile } from '../../web/package-file.ts';
import { EXIT } from '../exit-codes.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

/** Writes a first config where it will be looked for. One that exists is left as it is. */
export async function init(world: CliWorld, options: CommonOptions): Promise<number> {
  const file = placeOf(world, options);
  const isNew = write(file, readFileSync(packageFile('deploy/config.example.yaml'), 'utf8'));
  world.terminal.print(`${printable(file)}: ${isNew ? 'written' : 'already there, left as it is'}`);
  world.terminal.say(NEXT);
  return EXIT.OK;
}

const NEXT = `Edit it: your accounts, and how many sessions. Then:
  claude-failover account link       what has to be linked (--apply creates it)
  claude-failover account prepare    answers the client's first questions in each account
  claude-failover start              check and doctor say what is in the way, if anything`;

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

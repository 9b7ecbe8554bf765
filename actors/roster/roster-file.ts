import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Slot } from '../../config/slots.ts';
import type { Account } from '../../config/types.ts';
import { writePrivateFile } from '../agent/private-file.ts';

/** Whose roster it is. */
export interface RosterPlace {
  /** Of this tmux server, in the state directory, absolute. */
  readonly folder: string;
  /** The config file: daemons that share a server and a state directory have one each. */
  readonly config: string;
}

/** The sessions that the daemon of a config supervises, those that it is about to end, and all its accounts. */
interface Written {
  readonly config: string;
  readonly range: readonly Slot[];
  readonly retiring: readonly Slot[];
  /** Also those that have left the config. */
  readonly accounts: readonly Account[];
}

/** What the last daemon of this config wrote; null when there is none, or it cannot be read. */
export function readRoster(place: RosterPlace): Omit<Written, 'config'> | null {
  try {
    const { range, retiring, accounts } = JSON.parse(
      readFileSync(fileOf(place), 'utf8'),
    ) as Written;
    if (![range, retiring, accounts].every(areNamed)) return null;
    // One whose home is gone has no agent any more.
    return { range, retiring, accounts: accounts.filter(({ home }) => existsSync(home)) };
  } catch {
    return null;
  }
}

/** Replaces it at once. Rejects with what the disk says. */
export async function writeRoster(
  place: RosterPlace,
  { range, retiring, accounts }: Omit<Written, 'config'>,
): Promise<void> {
  const written: Written = { config: place.config, range, retiring, accounts };
  await writePrivateFile(fileOf(place), `${JSON.stringify(written, null, 1)}\n`);
}

function fileOf({ folder, config }: RosterPlace): string {
  const name = createHash('sha256').update(realPathOf(config)).digest('hex').slice(0, 16);
  return path.join(folder, 'rosters', `${name}.json`);
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function areNamed(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one?.name === 'string');
}

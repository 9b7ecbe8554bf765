import { createHash } from 'node:crypto';
import { existsSync, type FSWatcher, lstatSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../config/types.ts';
import { atEnd } from './scope.ts';

/** The client's own files in a home that tell who is logged in there. */
const LOGIN_FILES = ['.claude.json', '.credentials.json'] as const;

/** Notes a login in a home as the client does; homes with the same `person` have the same login. */
export function noteLogin(home: string, person: string): void {
  const file = join(home, '.claude.json');
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const oauthAccount = { accountUuid: person, organizationUuid: 'one for all' };
  writeFileSync(file, JSON.stringify({ ...before, oauthAccount }), { mode: 0o600 });
  // Nothing that any client could log in with: only that it is there counts.
  writeFileSync(join(home, '.credentials.json'), '{}', { mode: 0o600 });
}

export interface WatchedLogins {
  /** Every change of a login file since, whoever made it: `<account> <file>`. */
  changes(): readonly string[];
  /** What and where each login file is: its place on the disk, its times, its mode, what is in it. */
  portrait(): readonly string[];
}

/** Watches the login files of these homes: a file beside one by which it would be replaced counts, too. */
export function watchLogins(accounts: readonly Account[]): WatchedLogins {
  const changes: string[] = [];
  for (const { name, home } of accounts) {
    const watcher: FSWatcher = watch(home, (_, file) => {
      if (file !== null && LOGIN_FILES.some((one) => file.startsWith(one))) {
        changes.push(`${name} ${file}`);
      }
    });
    atEnd(() => watcher.close());
  }
  const files = accounts.flatMap(({ home }) => LOGIN_FILES.map((file) => join(home, file)));
  return { changes: () => changes, portrait: () => files.map(portraitOf) };
}

function portraitOf(file: string): string {
  const { ino, mode, mtimeNs, ctimeNs } = lstatSync(file, { bigint: true });
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  return `${file} ${ino} ${mode.toString(8)} ${mtimeNs} ${ctimeNs} ${digest}`;
}

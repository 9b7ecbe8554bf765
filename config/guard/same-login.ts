import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type GuardCheckError, guardError } from '../check-error.ts';
import { shellWord } from '../shell-word.ts';
import type { Account } from '../types.ts';

/**
 * The accounts whose login an earlier one of the list has already. Each home's clients renew its login
 * by themselves, and where two homes hold one, whoever renews it first makes the other's worthless.
 */
export function checkLogins(accounts: readonly Account[]): readonly GuardCheckError[] {
  const logins = accounts.map(({ home }) => loginIn(home));
  return accounts.flatMap((account, place) => {
    const login = logins[place] ?? null;
    const first = login === null ? undefined : accounts[logins.indexOf(login)];
    return first === undefined || first === account ? [] : [sameLogin(account, first)];
  });
}

/** The same for one of them; null when nothing is wrong. */
export function checkLogin(
  { name }: Account,
  accounts: readonly Account[],
): GuardCheckError | null {
  const place = accounts.findIndex((account) => account.name === name);
  // Nobody comes before the first one: no file is read.
  if (place < 1) return null;
  const errors = checkLogins(accounts.slice(0, place + 1));
  return errors.find(({ account }) => account === name) ?? null;
}

function sameLogin({ name, home }: Account, first: Account): GuardCheckError {
  const logIn = `CLAUDE_CONFIG_DIR=${shellWord(home)} claude auth login`;
  return guardError({
    code: 'guard.same_login',
    path: join(home, CLIENT_FILE),
    account: name,
    message: `${name} is logged in as ${first.name} is, and one of them would lose the login as soon as the other renews it: log in there with another account (${logIn}), or take one of the two out of the config`,
    expected: 'a login of its own',
    found: `the login of ${first.name}`,
  });
}

const CLIENT_FILE = '.claude.json';
/** Only whether it is there is looked at: nothing of ours opens it. */
const LOGIN_FILE = '.credentials.json';

/** Whose login each home held when its file could be read last. */
const readLast = new Map<string, string | null>();

/**
 * Whose login a home holds, by what the client notes beside it: the ids of a person and of an
 * organisation, no secrets. null when it does not say, which is no mistake of the home's: nobody is
 * logged in there, or its clients use a key, beside which the note of an earlier login may stay.
 */
function loginIn(home: string): string | null {
  if (!existsSync(join(home, LOGIN_FILE))) return null;
  const file = clientFile(home);
  // Half written, say: then it says nothing new.
  if (file === UNREADABLE) return readLast.get(home) ?? null;
  const login = loginOf(file);
  readLast.set(home, login);
  return login;
}

function loginOf(file: unknown): string | null {
  const login = valueAt(file, 'oauthAccount');
  const person = valueAt(login, 'accountUuid');
  if (typeof person !== 'string') return null;
  const organisation = valueAt(login, 'organizationUuid');
  return JSON.stringify([person, typeof organisation === 'string' ? organisation : null]);
}

const UNREADABLE = Symbol('unreadable');

/** What is in it; null when it is missing; UNREADABLE also when half written: what mends that is not the guard. */
function clientFile(home: string): unknown {
  try {
    const path = join(home, CLIENT_FILE);
    // Opening a pipe would wait for whoever writes to it.
    return statSync(path).isFile() ? JSON.parse(readFileSync(path, 'utf8')) : null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : UNREADABLE;
  }
}

function valueAt(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? (object as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

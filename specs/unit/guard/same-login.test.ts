import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { formatCheckErrors } from '../../../config/format-check-errors.ts';
import { checkAccount, checkSharedState } from '../../../config/guard.ts';
import type { Account } from '../../../config/types.ts';
import { makeAccountHomes, relink } from '../../harness/account-home.ts';

interface Login {
  readonly accountUuid?: unknown;
  readonly organizationUuid?: unknown;
}

const ALICE = { accountUuid: 'alice', organizationUuid: 'works' };
const BOB = { accountUuid: 'bob', organizationUuid: 'works' };

/** As the client notes it when somebody logs in there. */
function logIn({ home }: Pick<Account, 'home'>, login: Login): void {
  const rest = { emailAddress: 'somebody@example.test', displayName: 'Somebody' };
  write({ home }, JSON.stringify({ numStartups: 3, oauthAccount: { ...login, ...rest } }));
}

/** What the client notes, beside a login, of which only counts that it is there. */
function write({ home }: Pick<Account, 'home'>, text: string): void {
  writeFileSync(join(home, '.claude.json'), text);
  writeFileSync(join(home, '.credentials.json'), '');
}

/** Three homes in which these have logged in. */
function homesOf(...logins: readonly Login[]) {
  const homes = makeAccountHomes();
  const [one, two, three] = homes.accounts as [Account, Account, Account];
  homes.accounts.forEach((account, place) => {
    const login = logins[place];
    if (login !== undefined) logIn(account, login);
  });
  return {
    ...homes,
    one,
    two,
    three,
    /** Who is at fault, by all of the guard. */
    refused: () => checkSharedState(homes.config).map(({ code, account }) => `${code} ${account}`),
    /** What speaks against a launch there. */
    against: (account: Account) =>
      checkAccount(account, homes.root, homes.accounts).map(({ code }) => code),
  };
}

test('accounts with a login each are in order', () => {
  expect(homesOf(ALICE, BOB, { ...ALICE, accountUuid: 'carol' }).refused()).toEqual([]);
});

test('a home with the login of an earlier one is refused, with what to do about it', () => {
  const { config, one, three } = homesOf(ALICE, BOB, ALICE);
  expect(checkSharedState(config)).toEqual([
    {
      code: 'guard.same_login',
      path: join(three.home, '.claude.json'),
      message: `compte3 is logged in as ${one.name} is, and one of them would lose the login as soon as the other renews it: log in there with another account (CLAUDE_CONFIG_DIR=${three.home} claude auth login), or take one of the two out of the config`,
      line: null,
      column: null,
      account: 'compte3',
      link: null,
      expected: 'a login of its own',
      found: 'the login of compte1',
    },
  ]);
});

test('every later one is told, and the first is not', () => {
  const { refused } = homesOf(ALICE, ALICE, ALICE);
  expect(refused()).toEqual(['guard.same_login compte2', 'guard.same_login compte3']);
});

test('one person in two organisations has two logins', () => {
  expect(homesOf(ALICE, { ...ALICE, organizationUuid: 'home' }).refused()).toEqual([]);
});

test('a client that notes no organisation is compared by the person', () => {
  const { accountUuid } = ALICE;
  expect(homesOf({ accountUuid }, { accountUuid }).refused()).toEqual(['guard.same_login compte2']);
  expect(homesOf({ accountUuid }, ALICE).refused()).toEqual([]);
});

test('right before a launch only the later account is at fault', () => {
  const { one, two, three, against } = homesOf(ALICE, BOB, ALICE);
  expect([one, two, three].map(against)).toEqual([[], [], ['guard.same_login']]);
});

test('a launch is not refused for what is wrong with two others', () => {
  const { three, against } = homesOf(ALICE, ALICE, BOB);
  expect(against(three)).toEqual([]);
});

test('whoever logs in with another account is let in again', () => {
  const { two, against } = homesOf(ALICE, ALICE);
  expect(against(two)).toEqual(['guard.same_login']);
  logIn(two, BOB);
  expect(against(two)).toEqual([]);
});

test('a home that is caught while its client writes the file stays refused', () => {
  const { two, against } = homesOf(ALICE, ALICE);
  expect(against(two)).toEqual(['guard.same_login']);
  const whole = readFileSync(join(two.home, '.claude.json'), 'utf8');
  for (const part of ['', whole.slice(0, -9)]) {
    write(two, part);
    expect(against(two)).toEqual(['guard.same_login']);
  }
  write(two, whole.replace('alice', 'bob'));
  expect(against(two)).toEqual([]);
});

test('the earlier one that is caught so is remembered too', () => {
  const { one, two, against } = homesOf(ALICE, ALICE);
  expect(against(two)).toEqual(['guard.same_login']);
  write(one, '{"oauthAcc');
  expect(against(two)).toEqual(['guard.same_login']);
});

test('a home whose file is gone says nothing any more', () => {
  const { two, against } = homesOf(ALICE, ALICE);
  expect(against(two)).toEqual(['guard.same_login']);
  rmSync(join(two.home, '.claude.json'));
  expect(against(two)).toEqual([]);
});

test.each([0, 1])(
  'a home that uses a key is let in, whoever was logged in there once (home %i)',
  (place) => {
    const { accounts, two, against, refused } = homesOf(ALICE, ALICE);
    expect(against(two)).toEqual(['guard.same_login']);
    rmSync(join(accounts[place]?.home ?? '', '.credentials.json'));
    expect(against(two)).toEqual([]);
    expect(refused()).toEqual([]);
  },
);

test('it comes beside what is wrong with the links', () => {
  const { two, root, against } = homesOf(ALICE, ALICE);
  relink(two.home, 'projects', root);
  expect(against(two)).toEqual(['guard.divergent', 'guard.same_login']);
});

test.each([
  ['nothing', (_: Account) => {}],
  ['half a file', (account: Account) => write(account, '{"oauthAccount":{"accountUuid":"al')],
  ['no login', (account: Account) => write(account, '{"numStartups":3}')],
  ['a login of null', (account: Account) => write(account, '{"oauthAccount":null}')],
  ['a list', (account: Account) => write(account, '[]')],
  ['a number', (account: Account) => write(account, '7')],
  ['a login without a person', (account: Account) => logIn(account, { organizationUuid: 'works' })],
  ['a person that is no text', (account: Account) => logIn(account, { accountUuid: 7 })],
  ['a login that is text', (account: Account) => write(account, '{"oauthAccount":"alice"}')],
  ['a directory', ({ home }: Account) => void mkdirSync(join(home, '.claude.json'))],
  ['a pipe', ({ home }: Account) => void spawnSync('mkfifo', [join(home, '.claude.json')])],
  ['no home', ({ home }: Account) => rmSync(home, { recursive: true })],
])('two homes that hold %s are not taken for the same login', (_, put) => {
  const { one, two, config } = homesOf();
  put(one);
  put(two);
  const logins = checkSharedState(config).filter(({ code }) => code === 'guard.same_login');
  expect(logins).toEqual([]);
});

test('nothing that would identify the person is told', () => {
  const { config } = homesOf(ALICE, ALICE);
  expect(JSON.stringify(checkSharedState(config))).not.toMatch(/alice|works|somebody/i);
});

test('nobody is told to move links for it', () => {
  const { config } = homesOf(ALICE, ALICE);
  const text = formatCheckErrors(checkSharedState(config), '/etc/c.yaml');
  expect(text).toMatch(/^account compte2:\n {2}guard\.same_login {2}compte2 is logged in as/);
  expect(text).not.toContain('by hand');
});

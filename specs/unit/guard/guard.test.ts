import {
  chmodSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkAccount, checkSharedState } from '../../../config/guard.ts';
import { type Account, SHARED_LINKS } from '../../../config/types.ts';
import {
  type AccountHomes,
  makeAccountHomes,
  makeHome,
  relink,
} from '../../harness/account-home.ts';
import { asUnprivileged } from '../../harness/as-unprivileged.ts';
import { tempDir } from '../../harness/temp-dir.ts';

/** One account with everything in place, and the path of its `projects`. */
function oneAccount() {
  const homes = makeAccountHomes(['compte1']);
  const [account] = homes.accounts as [Account];
  return { ...homes, account, link: join(account.home, 'projects') };
}

/** `code account link` of each violation. */
function told({ config }: Pick<AccountHomes, 'config'>) {
  return checkSharedState(config).map(({ code, account, link }) => `${code} ${account} ${link}`);
}

function put(path: string, target: string | Buffer) {
  rmSync(path, { recursive: true });
  symlinkSync(target, path);
}

test('the shared state is these three directories, below one root', () => {
  expect(SHARED_LINKS).toEqual(['projects', 'file-history', 'session-env']);
});

describe('what is accepted', () => {
  test('links to the canonical directories', () => {
    expect(checkSharedState(makeAccountHomes().config)).toEqual([]);
  });

  test('a relative link', () => {
    const { config, link, root } = oneAccount();
    put(link, relative(dirname(link), join(root, 'projects')));
    expect(checkSharedState(config)).toEqual([]);
  });

  test('a link that goes through three hops, relative and absolute', () => {
    const { config, dir, link, root } = oneAccount();
    symlinkSync(join(root, 'projects'), join(dir, 'hop3'));
    symlinkSync('hop3', join(dir, 'hop2'));
    put(link, join(dir, 'hop2'));
    expect(checkSharedState(config)).toEqual([]);
  });

  test('a link written with dots and doubled slashes', () => {
    const { config, link, root } = oneAccount();
    put(link, `${root}/.//../canon//projects/`);
    expect(checkSharedState(config)).toEqual([]);
  });

  test('a home that is itself a link', () => {
    const { dir, root, account } = oneAccount();
    symlinkSync('compte1', join(dir, 'home-link'));
    expect(checkAccount({ ...account, home: join(dir, 'home-link') }, root)).toEqual([]);
  });

  test('a root that is itself a link', () => {
    const { dir, account } = oneAccount();
    symlinkSync('canon', join(dir, 'canon-link'));
    expect(checkAccount(account, join(dir, 'canon-link'))).toEqual([]);
  });

  test('a canonical directory that is itself a link to where the data is', () => {
    const { config, dir, root } = oneAccount();
    renameSync(join(root, 'projects'), join(dir, 'disk2'));
    symlinkSync('../disk2', join(root, 'projects'));
    expect(checkSharedState(config)).toEqual([]);
  });
});

describe('what is refused', () => {
  test('a missing link', () => {
    const homes = oneAccount();
    rmSync(homes.link);
    expect(checkSharedState(homes.config)).toEqual([
      {
        code: 'guard.missing',
        path: homes.link,
        message: `compte1: ${homes.link} is missing: it should be a link to ${homes.root}/projects`,
        line: null,
        column: null,
        account: 'compte1',
        link: 'projects',
        expected: join(homes.root, 'projects'),
        found: null,
      },
    ]);
  });

  test.each([
    ['a directory', (path: string) => mkdirSync(path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('%s in its place', (found, make) => {
    const { config, link } = oneAccount();
    rmSync(link);
    make(link);
    expect(checkSharedState(config)).toMatchObject([{ code: 'guard.not_a_link', found }]);
  });

  test('a real directory, even when it is the canonical one', () => {
    const { config, dir, root, account } = oneAccount();
    rmSync(join(account.home, 'projects'));
    renameSync(join(root, 'projects'), join(account.home, 'projects'));
    symlinkSync(join(dir, 'compte1/projects'), join(root, 'projects'));
    expect(checkSharedState(config)).toMatchObject([
      { code: 'guard.not_a_link', account: 'compte1', link: 'projects' },
    ]);
  });

  test('a link to nothing', () => {
    const { config, link } = oneAccount();
    put(link, '/nowhere/projects');
    expect(checkSharedState(config)).toMatchObject([
      { code: 'guard.dangling', found: '/nowhere/projects' },
    ]);
  });

  test('a link to something below a file', () => {
    const { config, dir, link } = oneAccount();
    writeFileSync(join(dir, 'file'), '');
    put(link, join(dir, 'file/projects'));
    expect(checkSharedState(config)).toMatchObject([{ code: 'guard.dangling' }]);
  });

  test('a link to itself, and two that lead to each other', () => {
    const homes = oneAccount();
    put(homes.link, 'projects');
    put(join(homes.account.home, 'file-history'), 'session-env');
    put(join(homes.account.home, 'session-env'), 'file-history');
    expect(told(homes)).toEqual([
      'guard.loop compte1 projects',
      'guard.loop compte1 file-history',
      'guard.loop compte1 session-env',
    ]);
  });

  test('a link to another directory, even when what is in it is equal', () => {
    const { config, dir, link, root } = oneAccount();
    mkdirSync(join(dir, 'other'));
    for (const where of [join(dir, 'other'), join(root, 'projects')]) {
      writeFileSync(join(where, 'same.jsonl'), 'same');
    }
    put(link, join(dir, 'other'));
    expect(checkSharedState(config)).toMatchObject([
      { code: 'guard.divergent', expected: join(root, 'projects'), found: join(dir, 'other') },
    ]);
  });

  test('a link to another canonical directory', () => {
    const homes = oneAccount();
    put(homes.link, join(homes.root, 'session-env'));
    expect(told(homes)).toEqual(['guard.divergent compte1 projects']);
  });

  test('a directory below the canonical one, or above it', () => {
    const homes = oneAccount();
    mkdirSync(join(homes.root, 'projects/inner'));
    put(homes.link, join(homes.root, 'projects/inner'));
    put(join(homes.account.home, 'session-env'), homes.root);
    expect(told(homes)).toEqual([
      'guard.divergent compte1 projects',
      'guard.divergent compte1 session-env',
    ]);
  });

  test('accounts that all diverge to the same place', () => {
    const homes = makeAccountHomes();
    mkdirSync(join(homes.dir, 'other'));
    for (const { home } of homes.accounts) put(join(home, 'projects'), join(homes.dir, 'other'));
    expect(told(homes)).toEqual([
      'guard.divergent compte1 projects',
      'guard.divergent compte2 projects',
      'guard.divergent compte3 projects',
    ]);
  });

  test('a look-alike that begins with the canonical path', () => {
    const homes = oneAccount();
    mkdirSync(`${homes.root}-evil/projects`, { recursive: true });
    mkdirSync(`${homes.root}/session-env-evil`);
    put(homes.link, `${homes.root}-evil/projects`);
    put(join(homes.account.home, 'session-env'), `${homes.root}/session-env-evil`);
    expect(told(homes)).toEqual([
      'guard.divergent compte1 projects',
      'guard.divergent compte1 session-env',
    ]);
  });

  test('names that are no UTF-8 text and would look equal as such', () => {
    const { dir, root, account, link } = oneAccount();
    const below = (byte: number) => Buffer.concat([Buffer.from(`${dir}/`), Buffer.of(byte)]);
    mkdirSync(below(0xfe));
    mkdirSync(below(0xff));
    put(join(root, 'projects'), below(0xfe));
    put(link, below(0xff));
    expect(checkAccount(account, root)).toMatchObject([
      { code: 'guard.divergent', link: 'projects' },
    ]);
  });

  test('a link to a file', () => {
    const { config, dir, link } = oneAccount();
    writeFileSync(join(dir, 'file'), '');
    put(link, join(dir, 'file'));
    expect(checkSharedState(config)).toMatchObject([
      { code: 'guard.not_a_directory', account: 'compte1', found: join(dir, 'file') },
    ]);
  });
});

describe('a canonical directory', () => {
  test('that is missing is told once, and the links to it dangle', () => {
    const homes = makeAccountHomes(['a', 'b']);
    rmSync(join(homes.root, 'projects'), { recursive: true });
    expect(told(homes)).toEqual([
      'guard.canonical_missing null projects',
      'guard.dangling a projects',
      'guard.dangling b projects',
    ]);
  });

  test('that is missing does not hide what else is wrong', () => {
    const homes = oneAccount();
    rmSync(homes.root, { recursive: true });
    rmSync(homes.link);
    mkdirSync(homes.link);
    expect(told(homes)).toEqual([
      'guard.canonical_missing null projects',
      'guard.canonical_missing null file-history',
      'guard.canonical_missing null session-env',
      'guard.not_a_link compte1 projects',
      'guard.dangling compte1 file-history',
      'guard.dangling compte1 session-env',
    ]);
  });

  test('that is a file, a loop, a link to nothing', () => {
    const homes = makeAccountHomes([]);
    const at = (name: string) => join(homes.root, name);
    rmSync(at('projects'), { recursive: true });
    writeFileSync(at('projects'), '');
    put(at('file-history'), 'file-history');
    put(at('session-env'), 'nothing');
    expect(told(homes)).toEqual([
      'guard.not_a_directory null projects',
      'guard.loop null file-history',
      'guard.canonical_missing null session-env',
    ]);
  });
});

describe('an account home', () => {
  test('that is missing, a link to nothing, below a file, a file, a loop', () => {
    const { dir, root } = makeAccountHomes([]);
    writeFileSync(join(dir, 'file'), '');
    symlinkSync('nothing', join(dir, 'dangling'));
    symlinkSync('loop', join(dir, 'loop'));
    const codesAt = (home: string) =>
      checkAccount({ name: 'a', home, priority: 1 }, root).map(({ code, path, link }) => {
        expect({ path, link }).toEqual({ path: home, link: null });
        return code;
      });
    expect(codesAt(join(dir, 'none'))).toEqual(['guard.home_missing']);
    expect(codesAt(join(dir, 'dangling'))).toEqual(['guard.home_missing']);
    expect(codesAt(join(dir, 'file/home'))).toEqual(['guard.home_missing']);
    expect(codesAt(join(dir, 'file'))).toEqual(['guard.not_a_directory']);
    expect(codesAt(join(dir, 'loop'))).toEqual(['guard.loop']);
  });
});

// The errors are the kernel's own: the check runs as a user whom permissions bind.
describe('what permissions hide', () => {
  /** As `oneAccount`, where everybody may enter every directory. */
  function openToAll() {
    const homes = oneAccount();
    const sandbox = process.env['CLAUDE_FAILOVER_SPEC'] ?? '';
    const above = [sandbox, dirname(homes.dir), homes.dir];
    for (const path of [...above, homes.root, homes.account.home]) chmodSync(path, 0o755);
    return homes;
  }

  function toldToOthers(homes: Pick<AccountHomes, 'config'>) {
    return asUnprivileged(() => told(homes));
  }

  test('is nothing when everything may be entered', () => {
    expect(toldToOthers(openToAll())).toEqual([]);
  });

  test('a home that may not be entered is unreadable, told once', () => {
    const homes = openToAll();
    chmodSync(homes.account.home, 0o000);
    expect(toldToOthers(homes)).toEqual(['guard.unreadable compte1 null']);
  });

  test('a target that may not be reached is unreadable, not missing', () => {
    const homes = openToAll();
    mkdirSync(join(homes.dir, 'closed/inner'), { recursive: true });
    put(homes.link, join(homes.dir, 'closed/inner'));
    chmodSync(join(homes.dir, 'closed'), 0o000);
    expect(toldToOthers(homes)).toEqual(['guard.unreadable compte1 projects']);
  });

  test('canonical directories that may not be reached are unreadable, not missing', () => {
    const homes = openToAll();
    chmodSync(homes.root, 0o000);
    expect(toldToOthers(homes)).toEqual([
      'guard.unreadable null projects',
      'guard.unreadable null file-history',
      'guard.unreadable null session-env',
      'guard.unreadable compte1 projects',
      'guard.unreadable compte1 file-history',
      'guard.unreadable compte1 session-env',
    ]);
  });
});

test('everything that is wrong in three accounts is told in one run, account by account', () => {
  const homes = makeAccountHomes();
  const at = (account: string, link: string) => join(homes.dir, account, link);
  rmSync(at('compte1', 'projects'));
  put(at('compte1', 'session-env'), '/nowhere');
  put(at('compte2', 'projects'), 'projects');
  put(at('compte2', 'file-history'), homes.dir);
  rmSync(at('compte3', 'file-history'));
  mkdirSync(at('compte3', 'file-history'));
  expect(told(homes)).toEqual([
    'guard.missing compte1 projects',
    'guard.dangling compte1 session-env',
    'guard.loop compte2 projects',
    'guard.divergent compte2 file-history',
    'guard.not_a_link compte3 file-history',
  ]);
});

test('the guard heals nothing: what was wrong is wrong in the same way afterwards', () => {
  const homes = makeAccountHomes();
  rmSync(join(homes.dir, 'compte1/projects'));
  rmSync(join(homes.root, 'session-env'), { recursive: true });
  const everything = () => readdirSync(homes.dir, { recursive: true }).toSorted();
  const before = everything();
  const first = checkSharedState(homes.config);
  expect(checkSharedState(homes.config)).toEqual(first);
  expect(everything()).toEqual(before);
});

test('one account is checked by itself before a launch: the others may be wrong', () => {
  const { accounts, root, dir } = makeAccountHomes();
  rmSync(join(dir, 'compte2/projects'));
  const [first, second] = accounts as [Account, Account];
  expect(checkAccount(first, root)).toEqual([]);
  expect(checkAccount(second, root)).toMatchObject([{ code: 'guard.missing', account: 'compte2' }]);
});

describe('any name a directory can have', () => {
  // Anything but / and NUL, and what is not UTF-16 that can be written as UTF-8.
  const names = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((name) => !/[/\0\p{Surrogate}]/u.test(name) && !/^\.{1,2}$/.test(name));
  const odd = fc.oneof(
    names,
    fc.constantFrom(
      'a b',
      `it's "q"`,
      'line\nbreak',
      '-rf',
      '$(id)',
      '日本 語',
      'é',
      'e\u0301',
      '\\',
    ),
  );

  test('is accepted when the links are right, and told as it is when they are not', () => {
    const base = tempDir();
    let number = 0;
    fc.assert(
      fc.property(odd, odd, (homeName, rootName) => {
        const dir = join(base, String(++number));
        const root = join(dir, 'r', rootName);
        const home = join(dir, 'h', homeName);
        for (const link of SHARED_LINKS) mkdirSync(join(root, link), { recursive: true });
        makeHome(home, root);
        const account = { name: 'a', home, priority: 1 };
        expect(checkAccount(account, root)).toEqual([]);
        relink(home, 'projects', `${root}-evil`);
        expect(checkAccount(account, root)).toMatchObject([
          { code: 'guard.dangling', path: join(home, 'projects'), found: `${root}-evil` },
        ]);
        mkdirSync(`${root}-evil`);
        expect(checkAccount(account, root)).toMatchObject([
          { code: 'guard.divergent', found: realpathSync(`${root}-evil`) },
        ]);
      }),
    );
  });
});

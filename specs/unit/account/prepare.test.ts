import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { replaceJsonFile } from '../../../actors/account/json-file.ts';
import { prepareAccount } from '../../../actors/account/prepare.ts';
import { identify } from '../../../actors/process/identity.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const BACKUP = '.claude.json.claude-failover-backup-1';
const TRUST = 'hasTrustDialogAccepted';

/** An account home with these files in it, and the means to prepare it. */
function accountWith(files: Readonly<Record<string, string>> = {}) {
  const dir = tempDir();
  const home = join(dir, 'home');
  mkdirSync(home);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(home, name), text, { mode: 0o600 });
  }
  const account = { name: 'compte1', home, priority: 1 };
  return {
    dir,
    home,
    read: (name: string) => readFileSync(join(home, name), 'utf8'),
    names: () => readdirSync(home).toSorted(),
    prepare: (trust: readonly string[] = [], permissionMode = 'acceptEdits') =>
      prepareAccount({ account, permissionMode, trust }, { identify }),
  };
}

/** `sessions/PID.json` of a client, as it stands on the disk. */
function claimSession(home: string, pid: number, text: string) {
  mkdirSync(join(home, 'sessions'), { recursive: true });
  writeFileSync(join(home, 'sessions', `${pid}.json`), text);
}

function startedProcess() {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  atEnd(() => child.kill('SIGKILL'));
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('the process did not start');
  return identity;
}

describe('a new home', () => {
  test('is given every answer, in files that only the operator can read', async () => {
    const { home, dir, prepare, read, names } = accountWith();
    const { changes, backups } = await prepare([dir]);
    expect(JSON.parse(read('.claude.json'))).toEqual({
      hasCompletedOnboarding: true,
      resumeReturnDismissed: true,
      projects: { [dir]: { hasTrustDialogAccepted: true } },
    });
    expect(JSON.parse(read('settings.json'))).toEqual({ cleanupPeriodDays: 3650 });
    expect(names()).toEqual(['.claude.json', 'settings.json']);
    for (const name of names()) expect(statSync(join(home, name)).mode & 0o777).toBe(0o600);
    expect(backups).toEqual([]);
    expect(changes).toEqual([
      { file: '.claude.json', key: ['hasCompletedOnboarding'], before: null, after: 'true' },
      { file: '.claude.json', key: ['resumeReturnDismissed'], before: null, after: 'true' },
      {
        file: '.claude.json',
        key: ['projects', dir, 'hasTrustDialogAccepted'],
        before: null,
        after: 'true',
      },
      { file: 'settings.json', key: ['cleanupPeriodDays'], before: null, after: '3650' },
    ]);
  });

  test.each([
    ['bypassPermissions', true],
    ['acceptEdits', undefined],
  ])('in mode %s has skipDangerousModePermissionPrompt %s', async (mode, expected) => {
    const { prepare, read } = accountWith();
    await prepare([], mode);
    expect(JSON.parse(read('settings.json')).skipDangerousModePermissionPrompt).toBe(expected);
  });

  test('that is not there is not made', async () => {
    const { dir } = accountWith();
    const account = { name: 'a', home: join(dir, 'none'), priority: 1 };
    const request = { account, permissionMode: 'plan', trust: [] };
    await expect(prepareAccount(request, { identify })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(readdirSync(dir)).toEqual(['home']);
  });
});

describe('a home that is in use', () => {
  const USED = `{
	"zeta": {"deep": [1, 2, {"x": null}]},
	"hasCompletedOnboarding": false,
	"projects": {
		"/srv/work": {"allowedTools": ["Bash"], "lastCost": 0.042245000000000005}
	},
	"alpha": "é – \\u2028"
}`;

  test('keeps its other keys, their order, its indentation and its mode', async () => {
    const { home, prepare, read, dir } = accountWith({ '.claude.json': USED });
    chmodSync(join(home, '.claude.json'), 0o640);
    await prepare([dir]);
    const text = read('.claude.json');
    expect(Object.keys(JSON.parse(text))).toEqual([
      'zeta',
      'hasCompletedOnboarding',
      'projects',
      'alpha',
      'resumeReturnDismissed',
    ]);
    expect(JSON.parse(text)).toEqual({
      ...JSON.parse(USED),
      hasCompletedOnboarding: true,
      resumeReturnDismissed: true,
      projects: {
        ...JSON.parse(USED).projects,
        [dir]: { hasTrustDialogAccepted: true },
      },
    });
    expect(text).toContain('\n\t"hasCompletedOnboarding": true');
    expect(text.endsWith('}')).toBe(true);
    expect(statSync(join(home, '.claude.json')).mode & 0o777).toBe(0o640);
  });

  test('is kept as it was beside it, for the operator only', async () => {
    const { home, prepare, read } = accountWith({ '.claude.json': USED });
    const { backups } = await prepare();
    expect(backups).toEqual([join(home, BACKUP)]);
    expect(read(BACKUP)).toBe(USED);
    expect(statSync(join(home, BACKUP)).mode & 0o777).toBe(0o600);
  });

  test('is not touched a second time: no change, no new backup', async () => {
    const { home, prepare, names, dir } = accountWith({ '.claude.json': USED });
    await prepare([dir], 'bypassPermissions');
    const seen = () =>
      names().map((name) => {
        const { ino, ctimeNs } = statSync(join(home, name), { bigint: true });
        return { name, ino, ctimeNs };
      });
    const before = seen();
    expect(await prepare([dir], 'bypassPermissions')).toEqual({ changes: [], backups: [] });
    expect(seen()).toEqual(before);
  });

  test('gets another backup for another change, and keeps the first', async () => {
    const { dir, prepare, read, names } = accountWith({ '.claude.json': USED });
    await prepare();
    const between = read('.claude.json');
    await prepare([dir]);
    expect(read(BACKUP)).toBe(USED);
    expect(read('.claude.json.claude-failover-backup-2')).toBe(between);
    expect(names()).toHaveLength(4);
  });

  test.each([
    [30, 3650],
    [0, 3650],
    ['4000', 3650],
    [3650, 3650],
    [99_999, 99_999],
  ])('with cleanupPeriodDays %j ends with %i', async (given, expected) => {
    const { prepare, read } = accountWith({
      'settings.json': JSON.stringify({ cleanupPeriodDays: given, theme: 'dark' }),
    });
    await prepare();
    expect(JSON.parse(read('settings.json'))).toEqual({
      cleanupPeriodDays: expected,
      theme: 'dark',
    });
  });

  test('keeps settings that are a link to settings shared with others', async () => {
    const { home, dir, prepare } = accountWith();
    writeFileSync(join(dir, 'shared.json'), '{}');
    symlinkSync('../shared.json', join(home, 'settings.json'));
    await prepare();
    expect(JSON.parse(readFileSync(join(dir, 'shared.json'), 'utf8'))).toEqual({
      cleanupPeriodDays: 3650,
    });
  });

  test('keeps keys that mean something to the language', async () => {
    const { prepare, read } = accountWith({
      '.claude.json': '{"__proto__": {"a": 1}, "constructor": 2, "projects": {"__proto__": {}}}',
    });
    await prepare();
    expect(read('.claude.json')).toContain(
      '"__proto__":{"a":1},"constructor":2,"projects":{"__proto__":{}}',
    );
  });
});

describe('trust', () => {
  test('is given to the directory as named and to its real path', async () => {
    const { dir, prepare, read } = accountWith();
    mkdirSync(join(dir, "it's a\nreal é"));
    symlinkSync("it's a\nreal é", join(dir, 'link'));
    await prepare([join(dir, 'link')]);
    expect(JSON.parse(read('.claude.json')).projects).toEqual({
      [join(dir, 'link')]: { hasTrustDialogAccepted: true },
      [join(dir, "it's a\nreal é")]: { hasTrustDialogAccepted: true },
    });
  });

  test('is not given to a directory that is not there, and nothing else is changed', async () => {
    const { dir, prepare, names } = accountWith();
    await expect(prepare([dir, join(dir, 'none')])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      facts: { path: join(dir, 'none') },
    });
    expect(names()).toEqual([]);
  });
});

describe('what is refused without a change', () => {
  test.each([
    ['no JSON', '{"a": 1,}'],
    ['nothing at all', ''],
    ['a list', '[]'],
    ['projects that are a list', '{"projects": []}'],
    ['JSON with a byte order mark', '\ufeff{}'],
  ])('%s in .claude.json', async (_, text) => {
    const { dir, prepare, read, names } = accountWith({ '.claude.json': text });
    await expect(prepare([dir])).rejects.toMatchObject({ code: 'ACCOUNT_FILE_INVALID' });
    expect(names()).toEqual(['.claude.json']);
    expect(read('.claude.json')).toBe(text);
  });

  test('bytes in .claude.json that are no text: they would be lost', async () => {
    const { home, prepare } = accountWith();
    const bytes = Buffer.from('{"a": "\xff"}', 'latin1');
    writeFileSync(join(home, '.claude.json'), bytes);
    await expect(prepare()).rejects.toMatchObject({ code: 'ACCOUNT_FILE_INVALID' });
    expect(readFileSync(join(home, '.claude.json'))).toEqual(bytes);
  });

  test('no JSON in settings.json: .claude.json is left alone, too', async () => {
    const { prepare, names } = accountWith({ 'settings.json': '// mine\n{}' });
    await expect(prepare()).rejects.toMatchObject({ code: 'ACCOUNT_FILE_INVALID' });
    expect(names()).toEqual(['settings.json']);
  });

  test('a home on which an agent lives', async () => {
    const { home, prepare, names } = accountWith();
    const { pid, startTime } = startedProcess();
    claimSession(home, pid, JSON.stringify({ pid, procStart: startTime, status: 'idle' }));
    await expect(prepare()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`pid ${pid}`),
    });
    expect(names()).toEqual(['sessions']);
  });

  test.each([
    ['is half written', '{"pid": '],
    ['does not say when it started', '{"pid": 1}'],
  ])('a home on which an agent may live, because its file %s', async (_, text) => {
    const { home, prepare } = accountWith();
    claimSession(home, startedProcess().pid, text);
    await expect(prepare()).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

test('a file that another program has written meanwhile is left to that program', async () => {
  const { home, read, names } = accountWith({ '.claude.json': '{}' });
  claimSession(home, 99_999_999, '{}');
  const request = {
    account: { name: 'compte1', home, priority: 1 },
    permissionMode: 'plan',
    trust: [],
  };
  const identifyLate = () => {
    writeFileSync(join(home, '.claude.json'), '{"theirs": 1}');
    return null;
  };
  await expect(prepareAccount(request, { identify: identifyLate })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(read('.claude.json')).toBe('{"theirs": 1}');
  expect(names()).toEqual(['.claude.json', 'sessions']);
});

describe('what does not keep a home from being prepared', () => {
  test('an agent that was killed, whose file stayed behind', async () => {
    const { home, prepare } = accountWith();
    // The kernel gives out no pid as high as this.
    claimSession(home, 99_999_999, JSON.stringify({ procStart: '1', status: 'busy' }));
    expect((await prepare()).changes).toHaveLength(3);
  });

  test('another process that was given the same pid', async () => {
    const { home, prepare } = accountWith();
    claimSession(home, startedProcess().pid, JSON.stringify({ procStart: '1' }));
    expect((await prepare()).changes).toHaveLength(3);
  });

  test('a living agent, when there is nothing to change', async () => {
    const { home, prepare } = accountWith();
    await prepare();
    const { pid, startTime } = startedProcess();
    claimSession(home, pid, JSON.stringify({ procStart: startTime }));
    expect(await prepare()).toEqual({ changes: [], backups: [] });
  });
});

describe('a directory to trust, while an agent lives on the home', () => {
  async function livedIn() {
    const home = accountWith();
    await home.prepare();
    const { pid, startTime } = startedProcess();
    claimSession(home.home, pid, JSON.stringify({ procStart: startTime }));
    return home;
  }

  test('is added: agents read the file again before they write it', async () => {
    const { dir, prepare, read } = await livedIn();
    expect((await prepare([dir])).changes).toMatchObject([{ key: ['projects', dir, TRUST] }]);
    expect(JSON.parse(read('.claude.json')).projects[dir]).toEqual({ [TRUST]: true });
  });

  test('is not added together with anything else', async () => {
    const { dir, prepare, read } = await livedIn();
    await expect(prepare([dir], 'bypassPermissions')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(JSON.parse(read('.claude.json')).projects).toBeUndefined();
  });

  test.each([
    [1, { changes: [expect.objectContaining({ key: expect.arrayContaining([TRUST]) })] }],
    [4, { changes: [expect.anything()] }],
  ])(
    'is added again, and told once, when an agent wrote at the same moment %i times',
    async (times, expected) => {
      const { dir, home, read } = await livedIn();
      expect(await prepareAmid(times, home, dir)).toMatchObject(expected);
      expect(JSON.parse(read('.claude.json')).projects[dir]).toEqual({ [TRUST]: true });
    },
  );

  test('is added under the lock of the clients: one that holds it is waited for, and keeps its words', async () => {
    const { dir, home, prepare, read } = await livedIn();
    const lock = join(home, '.claude.json.lock');
    mkdirSync(lock);
    const prepared = prepare([dir]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(JSON.parse(read('.claude.json')).projects).toBeUndefined();
    writeFileSync(
      join(home, '.claude.json'),
      JSON.stringify({ ...JSON.parse(read('.claude.json')), numStartups: 7 }),
    );
    rmdirSync(lock);

    await prepared;

    expect(JSON.parse(read('.claude.json'))).toMatchObject({
      numStartups: 7,
      projects: { [dir]: { [TRUST]: true } },
    });
  });

  test('is given up when it is overwritten for ever', async () => {
    const { dir, home } = await livedIn();
    await expect(prepareAmid(1000, home, dir)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('again and again'),
    });
  });

  /** As many times an agent puts back what it had read before we wrote. */
  function prepareAmid(times: number, home: string, dir: string) {
    let left = times;
    const request = {
      account: { name: 'compte1', home, priority: 1 },
      permissionMode: 'acceptEdits',
      trust: [dir],
    };
    return prepareAccount(request, { identify }, async (file, object) => {
      const backup = await replaceJsonFile(file, object);
      if (left > 0) writeFileSync(file.path, file.text ?? '');
      left -= 1;
      return backup;
    });
  }
});

test('the credentials are neither read nor copied: with something unreadable there all goes well', async () => {
  const { home, prepare, names } = accountWith({ '.claude.json': '{}' });
  mkdirSync(join(home, '.credentials.json'));
  expect((await prepare()).changes).toHaveLength(3);
  expect(names()).toEqual(['.claude.json', BACKUP, '.credentials.json', 'settings.json']);
});

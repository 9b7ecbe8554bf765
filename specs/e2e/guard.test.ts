import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { relink } from '../harness/account-home.ts';
import { filesBelow } from '../harness/files-below.ts';
import { runCli } from '../harness/run-cli.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type LogLine, makeTestPool } from '../harness/test-pool.ts';
import { spyOnTmux } from '../harness/tmux-spy.ts';

jest.setTimeout(60_000);

test('what is wrong in three accounts is told all at once, to the log and to a person; exit 78, nothing created, tmux not called', async () => {
  const pool = makeTestPool({ accounts: ['compte1', 'compte2', 'compte3'] });
  const [first, second, third] = pool.config.accounts.map(({ home }) => home) as [
    string,
    string,
    string,
  ];
  relink(first, 'projects', '/nowhere');
  rmSync(join(second, 'file-history'));
  mkdirSync(join(second, 'file-history'));
  const elsewhere = tempDir();
  relink(third, 'session-env', elsewhere);
  rmSync(join(third, 'projects'));
  const spy = spyOnTmux(pool.env);
  const before = filesBelow(pool.dir);

  const { code, stdout, stderr } = await runCli(['start', '--config', pool.file], spy);

  expect(code).toBe(78);
  const [starting, ...failures] = linesOf(stdout);
  expect(starting).toMatchObject({ event: 'daemon.starting' });
  expect(failures.map(said).sort()).toEqual([
    'guard.failed guard.dangling compte1 projects',
    'guard.failed guard.divergent compte3 session-env',
    'guard.failed guard.missing compte3 projects',
    'guard.failed guard.not_a_link compte2 file-history',
  ]);
  expect(failures.find(({ account }) => account === 'compte2')).toMatchObject({
    level: 'error',
    path: join(second, 'file-history'),
    expected: expect.stringContaining(join(pool.config.sharedState.root, 'file-history')),
    found: expect.any(String),
  });
  expect(stderr.match(/guard\.[a-z_]+/g)?.sort()).toEqual([
    'guard.dangling',
    'guard.divergent',
    'guard.missing',
    'guard.not_a_link',
  ]);
  for (const path of [join(first, 'projects'), join(third, 'session-env'), elsewhere])
    expect(stderr).toContain(path);
  expect(spy.calls()).toEqual([]);
  expect(filesBelow(pool.dir)).toEqual(before);
});

test('five mistakes of a config are told all at once, each with line and column; exit 78, nothing created, tmux not called', async () => {
  const pool = makeTestPool();
  const file = join(pool.dir, 'wrong.yaml');
  writeFileSync(file, WRONG, { mode: 0o600 });
  const spy = spyOnTmux(pool.env);
  const before = filesBelow(pool.dir);

  const { code, stdout, stderr } = await runCli(['start', '--config', file], spy);

  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  expect(placesIn(stderr, file)).toEqual([
    '2:32 config.unknown_key',
    '3:32 config.unknown_key',
    '5:27 config.range',
    '5:40 config.type',
    '6:1 config.required',
  ]);
  expect(stderr).toContain('priority');
  expect(spy.calls()).toEqual([]);
  expect(filesBelow(pool.dir)).toEqual(before);
});

const WRONG = `accounts:
  - { name: a, home: /nowhere, prioritee: 1 }
shared_state: { root: /shared, roots: /shared }
pool:
  { autonomous: { prefix: 'a.b-', max: many } }
agent: {}
`;

function linesOf(stdout: string): readonly LogLine[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function said({ event, code, account, link }: LogLine): string {
  return [event, code, account, link].join(' ');
}

/** `LINE:COLUMN CODE` of each error, in the order in which they are told. */
function placesIn(stderr: string, file: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith(`${file}:`))
    .map((line) => line.slice(file.length + 1).replace(/^(\S+)\s+(\S+).*$/, '$1 $2'));
}

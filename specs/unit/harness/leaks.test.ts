import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { tempDir } from '../../harness/temp-dir.ts';

/** The harness is proved on spec files that leak on purpose, in a jest of their own with two workers. */
let files: ReadonlyMap<string, FileResult>;

const WITHOUT_DELAY = { CLAUDE_FAILOVER_SKIP_BUILD: '1', CLAUDE_FAILOVER_SPEC_GRACE_MS: '300' };

interface FileResult {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly TestResult[];
}

interface TestResult {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

beforeAll(() => {
  files = runOnPurpose('leaking/*.ts');
}, 300_000);

test.each([
  ['a child', /this test left behind:\n {2}process \d+ "the idle neighbour": sleep 600/],
  ['an orphan', /process \d+: sleep 601/],
  ['a tmux server with a clean environment', /tmux server \d+: tmux -S \S+ -f \/dev\/null/],
  ['a tmux server with a clean environment', /process \d+: sleep 602/],
  ['a daemon that only its socket gives away', /process \d+: \S+ --eval/],
  ['a child that ignores SIGTERM', /process \d+: sh -c trap/],
  ['a file', /file: \S+\/forgotten/],
  ['a socket of its own', /socket that still listens: \S+\/c\n/],
  ['a clean-up that fails', /could not put it away/],
])('a test that leaves %s fails and is told what it left', (title, leak) => {
  const [result] = testsOf('test-leaks').filter((one) => one.title === title);
  expect(result?.status).toBe('failed');
  expect(result?.failureMessages.join()).toMatch(leak);
});

test('no test is blamed for the socket of another', () => {
  const blamed = testsOf('test-leaks').filter(({ failureMessages }) =>
    failureMessages.join().includes('still listens'),
  );
  expect(blamed.map(({ title }) => title)).toEqual(['a socket of its own']);
});

test('a test is not blamed for what the one before it left', () => {
  const [result] = testsOf('test-leaks').filter(
    (one) => one.title === 'nothing, after another has',
  );
  expect(result).toMatchObject({ status: 'passed', failureMessages: [] });
});

test('what a file makes in beforeAll outlives its tests and is blamed on the file', () => {
  expect(testsOf('file-leaks').map(({ status }) => status)).toEqual(['passed', 'passed']);
  expect(fileResult('file-leaks').message).toMatch(
    /this file left behind:\s+process \d+: sleep 605/,
  );
});

test('a file that puts its things away passes, also beside one that leaks', () => {
  expect(testsOf('nothing-leaks').filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(fileResult('nothing-leaks').message).toBe('');
});

function runOnPurpose(pattern: string): ReadonlyMap<string, FileResult> {
  const dir = tempDir();
  const outputFile = join(dir, 'result.json');
  spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      `--testMatch=<rootDir>/specs/unit/harness/${pattern}`,
      `--cacheDirectory=${join(dir, 'cache')}`,
      `--outputFile=${outputFile}`,
      '--json',
    ],
    { env: { ...process.env, TMPDIR: dir, ...WITHOUT_DELAY } },
  );
  const { testResults }: { readonly testResults: readonly FileResult[] } = JSON.parse(
    readFileSync(outputFile, 'utf8'),
  );
  return new Map(testResults.map((one) => [one.name.replace(/^.*\/|\.ts$/g, ''), one]));
}

function fileResult(name: string): FileResult {
  const result = files.get(name);
  if (result === undefined) throw new Error(`${name} did not run`);
  return result;
}

function testsOf(name: string): readonly TestResult[] {
  return fileResult(name).assertionResults;
}

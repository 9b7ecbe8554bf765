import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../harness/temp-dir.ts';

const PASSED = { status: 'passed' };
const FAILED = {
  status: 'failed',
  fullName: 'a task is done once',
  failureMessages: [
    '\u001b[31mError: expect(received).toBe(expected)\u001b[39m\n\nExpected: 1\nReceived: 2\n    at a line',
  ],
};
const FILE = resolve('specs/unit/tasks.test.ts');

test('the tests of all runs are added up on one line of their own', () => {
  const all = resultOf({ passed: 3, failed: 0 }, { status: 'passed', assertionResults: [PASSED] });
  const node = resultOf({ passed: 2, failed: 0 }, { status: 'passed', assertionResults: [PASSED] });
  expect(summary(all, node)).toEqual({ told: ['5 passed, 0 failed'], code: 0 });
});

test('a failed test fails the run, and is named with what it said', () => {
  const result = resultOf(
    { passed: 3, failed: 1 },
    { status: 'failed', name: FILE, assertionResults: [PASSED, FAILED] },
  );
  expect(summary(result)).toEqual({
    told: [
      'failed: 0 specs/unit/tasks.test.ts: a task is done once: Error: expect(received).toBe(expected) | Expected: 1 | Received: 2',
      '3 passed, 1 failed',
    ],
    code: 1,
  });
});

test.each([
  ['that could not be run', []],
  ['that left something behind', [PASSED]],
])('a file %s counts as a failure, though no test in it failed', (_, assertionResults) => {
  const result = resultOf(
    { passed: 3, failed: 0 },
    {
      status: 'failed',
      name: FILE,
      message: '  ● Test suite failed to run\n\n    it leaves a file\n\n      at a line',
      assertionResults,
    },
  );
  expect(summary(result)).toEqual({
    told: ['failed: 0 specs/unit/tasks.test.ts: it leaves a file', '3 passed, 1 failed'],
    code: 1,
  });
});

test('a run of no test at all is a failure', () => {
  expect(summary()).toEqual({ told: ['0 passed, 0 failed'], code: 1 });
});

interface FileResult {
  readonly status: string;
  readonly name?: string;
  readonly message?: string;
  readonly assertionResults: readonly object[];
}

function resultOf(
  { passed, failed }: { readonly passed: number; readonly failed: number },
  ...testResults: readonly FileResult[]
): string {
  return JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults });
}

function summary(...results: readonly string[]) {
  const dir = tempDir();
  for (const [index, result] of results.entries()) {
    writeFileSync(join(dir, `${index}.json`), result);
  }
  const ran = spawnSync(process.execPath, ['deploy/ci/summary.mjs', dir], { encoding: 'utf8' });
  return { told: ran.stdout.trimEnd().split('\n'), code: ran.status };
}

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../harness/temp-dir.ts';

const PASSED = { status: 'passed' };
const FAILED = { status: 'failed' };

test('the tests of all runs are added up on one line of their own', () => {
  const all = resultOf({ passed: 3, failed: 0 }, { status: 'passed', assertionResults: [PASSED] });
  const node = resultOf({ passed: 2, failed: 0 }, { status: 'passed', assertionResults: [PASSED] });
  expect(summary(all, node)).toEqual({ line: '5 passed, 0 failed\n', code: 0 });
});

test('a failed test fails the run', () => {
  const result = resultOf(
    { passed: 3, failed: 1 },
    { status: 'failed', assertionResults: [PASSED, FAILED] },
  );
  expect(summary(result)).toEqual({ line: '3 passed, 1 failed\n', code: 1 });
});

test.each([
  ['that could not be run', []],
  ['that left something behind', [PASSED]],
])('a file %s counts as a failure, though no test in it failed', (_, assertionResults) => {
  const result = resultOf({ passed: 3, failed: 0 }, { status: 'failed', assertionResults });
  expect(summary(result)).toEqual({ line: '3 passed, 1 failed\n', code: 1 });
});

test('a run of no test at all is a failure', () => {
  expect(summary()).toEqual({ line: '0 passed, 0 failed\n', code: 1 });
});

interface FileResult {
  readonly status: string;
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
  return { line: ran.stdout, code: ran.status };
}

#!/usr/bin/env node
/**
 * Adds up jest's JSON results in a directory: names each spec that failed, with what it says first of
 * why, and prints "N passed, N failed" as the last line.
 * A spec file that could not be run, or whose fixtures failed, counts as one failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const MOST_LINES = 6;

const [dir] = process.argv.slice(2);
const results = readdirSync(dir)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...JSON.parse(readFileSync(join(dir, name), 'utf8')) }));
const failures = results.flatMap(failuresIn);
const passed = results.reduce((total, { numPassedTests }) => total + numPassedTests, 0);

for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
if (failures.length > 0 || passed === 0) process.exitCode = 1;

function failuresIn({ name: run, testResults }) {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = `${run.replace(/\.json$/, '')} ${relative(process.cwd(), name)}`;
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0) return [`${file}: ${firstWords(message)}`];
      return failed.map(
        (spec) => `${file}: ${spec.fullName}: ${firstWords(spec.failureMessages[0])}`,
      );
    });
}

/** Without the title that jest gives to a file that failed, and without where it happened. */
function firstWords(message = '') {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('●'));
  const end = lines.findIndex((line) => line.startsWith('at '));
  return lines.slice(0, end < 0 ? MOST_LINES : Math.min(end, MOST_LINES)).join(' | ');
}

#!/usr/bin/env node
/**
 * Adds up jest's JSON results in a directory: names each spec that failed, with the line that says
 * why, and prints "N passed, N failed" as the last line.
 * A spec file that could not be run, or whose fixtures failed, counts as one failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

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
      if (failed.length === 0) return [`${file}: ${firstLine(message)}`];
      return failed.map(
        (spec) => `${file}: ${spec.fullName}: ${firstLine(spec.failureMessages[0])}`,
      );
    });
}

function firstLine(message = '') {
  const lines = stripVTControlCharacters(message).split('\n');
  return (lines.find((line) => line.trim() !== '') ?? '').trim();
}

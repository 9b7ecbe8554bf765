#!/usr/bin/env node
/**
 * Adds up jest's JSON results in a directory and prints "N passed, N failed" as the last line.
 * A spec file that could not be run, or whose fixtures failed, counts as one failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [dir] = process.argv.slice(2);
const results = readdirSync(dir)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')));
const passed = sum(results.map((result) => result.numPassedTests));
const failed = sum(results.map((result) => result.numFailedTests + failedFilesIn(result)));

process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (failed > 0 || passed === 0) process.exitCode = 1;

function failedFilesIn({ testResults }) {
  return testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && !assertionResults.some((one) => one.status === 'failed');
  }).length;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

test('the lock file ties nobody to one registry', () => {
  const lock = readFileSync('package-lock.json', 'utf8');
  expect(lock.match(/"resolved"|https?:\/\/[^"]*\/-\/[^"]*\.tgz/g)).toBeNull();
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { deployModule } from './deploy-module.ts';

const { isRecentEnough } = await deployModule<{
  readonly isRecentEnough: (version: string) => boolean;
}>('setup/node-version.mjs');

test.each([
  ['20.19.0', true],
  ['20.20.2', true],
  ['22.0.0', true],
  ['100.1.0', true],
  ['20.18.3', false],
  ['18.20.4', false],
  ['9.11.2', false],
])('Node %s is recent enough: %s', (version, enough) => {
  expect(isRecentEnough(version)).toBe(enough);
});

test('the oldest Node that is let through is the one that package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const oldest = engines.node.replace('>=', '');
  expect(isRecentEnough(oldest)).toBe(true);
  const [major, minor] = oldest.split('.').map(Number);
  expect(isRecentEnough(`${major}.${minor - 1}`)).toBe(false);
});

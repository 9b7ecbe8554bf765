import { expect, test } from '@jest/globals';
import { suspiciousNames } from '../../../machines/policy/suspicious-names.ts';

const REAL_POOL = ['ccl-auto-11', 'ccl-auto-12'];
const CONFIGURED = { prefix: 'ccl-auto-', names: REAL_POOL };

test('a prefix whose dash was forgotten, beside the real pool, is suspicious: two pools would be there', () => {
  const forgotten = { prefix: 'ccl-auto', names: ['ccl-auto0', 'ccl-auto1'] };
  expect(suspiciousNames(forgotten, ['mail', ...REAL_POOL])).toEqual(REAL_POOL);
});

test('so are a dash too many, and another start index', () => {
  expect(suspiciousNames(CONFIGURED, ['ccl-auto0', 'ccl-auto1'])).toEqual([
    'ccl-auto0',
    'ccl-auto1',
  ]);
  expect(suspiciousNames(CONFIGURED, ['ccl-auto-0'])).toEqual(['ccl-auto-0']);
});

test.each([
  ['one of the configured names is there', [...REAL_POOL, 'ccl-auto-30', 'ccl-auto3']],
  ['nothing is there', []],
  ['the others only begin alike', ['ccl-auto', 'ccl-auto-x1', 'ccl-autobahn-1', 'ccl-1', '1']],
])('nothing is suspicious when %s', (_when, existing) => {
  expect(suspiciousNames(CONFIGURED, existing)).toEqual([]);
});

test('a pool without indexes cannot be mistaken for another', () => {
  expect(suspiciousNames({ prefix: 'ccl-auto-', names: [] }, REAL_POOL)).toEqual([]);
});

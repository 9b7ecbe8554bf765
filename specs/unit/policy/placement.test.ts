import { expect, test } from '@jest/globals';
import { placeAccount } from '../../../machines/policy/placement.ts';

const ACCOUNTS = [
  { name: 'second', home: '/b', priority: 2 },
  { name: 'first', home: '/a', priority: 1 },
  { name: 'third', home: '/c', priority: 3 },
];

test('by priority everybody begins on the preferred account', () => {
  expect([0, 1, 7].map((position) => placeAccount(ACCOUNTS, 'priority', position))).toEqual([
    'first',
    'first',
    'first',
  ]);
});

test('spread out, sessions begin on the accounts in turn, preferred first', () => {
  expect([0, 1, 2, 3].map((position) => placeAccount(ACCOUNTS, 'spread', position))).toEqual([
    'first',
    'second',
    'third',
    'first',
  ]);
});

test('accounts of equal priority keep the order of the config', () => {
  const equals = ACCOUNTS.map((account) => ({ ...account, priority: 1 }));
  expect(placeAccount(equals, 'priority', 0)).toBe('second');
});

test('without an account nothing can be placed, which a loaded config never asks for', () => {
  expect(() => placeAccount([], 'spread', 0)).toThrow('at least one account');
});

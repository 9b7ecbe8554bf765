import { expect, test } from '@jest/globals';
import type { CheckError } from '../../../config/types.ts';
import type { AccountEvent } from '../../../machines/accounts.ts';
import type { RootRef } from '../../../supervisor/pool.ts';
import type { Cause } from '../../../supervisor/root-types.ts';
import { watchLinks } from '../../../supervisor/watch-links.ts';
import { brokenLink } from '../../harness/broken-link.ts';
import { testConfig } from '../../harness/test-config.ts';

/** The links of two accounts, of which these are in quarantine, and a root whose looks a test plays. */
function startWatch(quarantined: readonly string[], errors: readonly CheckError[] = []) {
  const looked: string[] = [];
  const told: (readonly [string, AccountEvent])[] = [];
  let reconciled: (told: { because: Cause }) => void = () => {};
  const root = {
    on: (_: 'reconciled', heard: typeof reconciled) => {
      reconciled = heard;
    },
  };
  watchLinks(root as unknown as RootRef, {
    config: testConfig(),
    accounts: {
      isQuarantined: (name: string) => quarantined.includes(name),
      tell: (name: string, event: AccountEvent) => void told.push([name, event]),
    } as unknown as Parameters<typeof watchLinks>[1]['accounts'],
    checkLinks: ({ name }) => {
      looked.push(name);
      return errors;
    },
  });
  return { looked, told, look: (because: Cause) => reconciled({ because }) };
}

test('accounts in order are not looked at', () => {
  const t = startWatch([]);
  t.look('interval');
  expect([t.looked, t.told]).toEqual([[], []]);
});

test('one in quarantine is looked at at each interval, and is told that it is mended', () => {
  const t = startWatch(['second']);
  t.look('interval');
  expect(t.looked).toEqual(['second']);
  expect(t.told).toEqual([['second', { type: 'links.mended' }]]);
});

test('one that is still broken is told how', () => {
  const errors = [brokenLink('second')];
  const t = startWatch(['second'], errors);
  t.look('interval');
  t.look('interval');
  expect(t.looked).toEqual(['second', 'second']);
  expect(t.told[1]).toEqual(['second', { type: 'links.broken', errors }]);
});

test('between the intervals nothing is looked at, however often tmux has news', () => {
  const t = startWatch(['second']);
  t.look('woke');
  expect(t.looked).toEqual([]);
});

import { expect, test } from '@jest/globals';
import {
  strategyRule,
  type ToldAccount,
  whyChosen,
} from '../../../machines/policy/target-words.ts';

const NOW = 1_700_000_000_000;

function account(name: string, overrides: Partial<ToldAccount> = {}): ToldAccount {
  const known = { since: null, probes: 0, used: null, availableAt: null } as const;
  return { name, priority: 1, load: 0, state: 'available', ...known, ...overrides };
}

const why = (accounts: readonly ToldAccount[], tried: readonly string[] = []) =>
  whyChosen({ accounts, threshold: 0.85, tried, to: 'compte2', rule: 'RULE' });

test('the rule is told, and what speaks against the others, in the order of the config', () => {
  const accounts = [
    account('compte3', { state: 'limited', availableAt: NOW }),
    account('compte2', { state: 'limited' }),
    account('compte1', { state: 'disabled' }),
    account('compte4'),
  ];
  expect(why(accounts)).toBe(
    'RULE; compte3 is limited until 2023-11-14T22:13:20.000Z; compte1 is disabled',
  );
  expect(why([account('compte2')])).toBe('RULE');
});

test('one that has refused, or is nearly used up, is told of', () => {
  const used = { window: 'sevenDay', usedPercent: 87.6, resetsAt: NOW } as const;
  const accounts = [account('compte1'), account('compte3', { used })];
  expect(why(accounts, ['compte1'])).toBe(
    'RULE; compte1 has just refused; compte3 has used 87 % of its 7 days, and failover.proactive_threshold is 85 %',
  );
  const fresh = { ...used, usedPercent: 84.9 };
  expect(why([account('compte3', { used: fresh })])).toBe('RULE');
});

test('each strategy has its rule', () => {
  expect(strategyRule('a', 'priority')).toBe('a is the preferred account that can be used');
  expect(strategyRule('a', 'spread')).toBe(
    'a is the account with the fewest sessions that can be used',
  );
});

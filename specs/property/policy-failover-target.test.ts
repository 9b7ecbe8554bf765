import { test } from '@jest/globals';
import fc from 'fast-check';
import type { AccountState } from '../../machines/accounts.ts';
import type { TargetAccount } from '../../machines/failovers.ts';
import { chooseTarget } from '../../machines/policy/failover-target.ts';

const state = fc.constantFrom<AccountState>(
  'available',
  'available',
  'limited',
  'unauthenticated',
  'quarantined',
  'disabled',
);
const used = fc.option(
  fc.record({
    window: fc.constantFrom('fiveHour' as const, 'sevenDay' as const),
    usedPercent: fc.constantFrom(10, 79, 80, 81, 100),
    resetsAt: fc.constant(1),
  }),
);
const accounts = fc
  .array(fc.record({ priority: fc.nat(3), load: fc.nat(3), state, used }), { maxLength: 6 })
  .map((all) =>
    all.map((one, i): TargetAccount => ({ name: `a${i}`, since: null, probes: 0, ...one })),
  );
const names = fc.array(
  fc.nat(6).map((i) => `a${i}`),
  { maxLength: 4 },
);
const question = fc.record({
  accounts,
  strategy: fc.constantFrom('priority' as const, 'spread' as const),
  threshold: fc.constantFrom(0.8, 1),
  tried: names,
  wanted: fc.option(fc.nat(6).map((i) => `a${i}`)),
});

const usableOf = ({
  accounts: all,
  tried,
}: {
  accounts: readonly TargetAccount[];
  tried: readonly string[];
}) => all.filter((one) => one.state === 'available' && !tried.includes(one.name));

test('a target can be used and was not tried, and there is one whenever there can be', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const usable = usableOf(asked).map(({ name }) => name);
      const target = chooseTarget(asked);
      return target === null ? usable.length === 0 : usable.includes(target);
    }),
  );
});

test('no other target is better by the strategy, unless an operator asked for this one', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const usable = usableOf(asked);
      const target = usable.find(({ name }) => name === chooseTarget(asked));
      if (target === undefined) return true;
      if (usable.some(({ name }) => name === asked.wanted)) return target.name === asked.wanted;
      const cost = (one: TargetAccount) => {
        const { priority, load, name } = one;
        const [first, second] = asked.strategy === 'priority' ? [priority, load] : [load, priority];
        const isNearly = asked.threshold < 1 && (one.used?.usedPercent ?? 0) >= 80;
        return Number(isNearly) * 1e6 + first * 10_000 + second * 100 + Number(name.slice(1));
      };
      return usable.every((one) => cost(target) <= cost(one));
    }),
  );
});

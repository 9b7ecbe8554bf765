import { expect, test } from '@jest/globals';
import { parseOptions } from '../../faults/options.ts';

const { POSITIVE_INFINITY: NO_END } = Number;

test('without a word: the fixed rounds, then fresh ones for a minute', () => {
  const { fixed, ...rest } = parseOptions([]) ?? { fixed: [] };
  expect(fixed.length).toBeGreaterThan(1);
  expect(rest).toEqual({ seed: null, seconds: 60, rounds: NO_END });
});

test.each([
  [['--seed', '7'], { seed: 7, seconds: NO_END, rounds: 1 }],
  [['--seed', '7', '--rounds', '3'], { seed: 7, seconds: NO_END, rounds: 3 }],
  [['--rounds', '3'], { seed: null, seconds: NO_END, rounds: 3 }],
  [['--seconds', '30'], { seed: null, seconds: 30, rounds: NO_END }],
  [['--seconds', '30', '--rounds', '2'], { seed: null, seconds: 30, rounds: 2 }],
])('%j asks for those rounds only', (argv, expected) => {
  expect(parseOptions(argv)).toEqual({ ...expected, fixed: [] });
});

test.each([['--help'], ['-h']])('%s asks for nothing to be run', (word) => {
  expect(parseOptions([word, '--seed', '7'])).toBeNull();
});

test.each([[['--seed', 'x']], [['--seed', '-1']], [['--rounds', '0']], [['--seconds', '1.5']]])(
  '%j is refused with a sentence',
  (argv) => {
    expect(() => parseOptions(argv)).toThrow(/whole number|ambiguous/);
  },
);

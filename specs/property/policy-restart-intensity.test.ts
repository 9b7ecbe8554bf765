import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addRestart, type Tolerance } from '../../machines/policy/restart-intensity.ts';

type AddRestart = typeof addRestart;

const PERIOD_MS = 100;
const tolerance = fc.record({ intensity: fc.nat(4), periodMs: fc.constant(PERIOD_MS) });
/** Times between crashes: what matters happens around the period and its parts. */
const gaps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.nat(PERIOD_MS) },
    { weight: 2, arbitrary: fc.constantFrom(0, 20, 25, 33, 34, 50) },
    { weight: 1, arbitrary: fc.constantFrom(PERIOD_MS - 1, PERIOD_MS, PERIOD_MS + 1) },
  ),
  { size: 'max', maxLength: 40 },
);

/** Written the other way round: all crashes there ever were, counted anew at each one. */
function verdicts(times: readonly number[], { intensity, periodMs }: Tolerance): readonly string[] {
  return times.map((now, i) => {
    const inWindow = times.slice(0, i + 1).filter((at) => now - at < periodMs);
    return inWindow.length <= intensity ? 'restart' : 'giveUp';
  });
}

function agrees(add: AddRestart) {
  return fc.property(gaps, tolerance, (between, allowed) => {
    let now = 0;
    const times = between.map((gap) => {
      now += gap;
      return now;
    });
    let history: readonly number[] = [];
    const said = times.map((at) => {
      const verdict = add(history, at, allowed);
      history = verdict.history;
      return verdict.kind;
    });
    return JSON.stringify(said) === JSON.stringify(verdicts(times, allowed));
  });
}

test('the restart window decides as counting all crashes anew does', () => {
  fc.assert(agrees(addRestart), { numRuns: 1000 });
});

const MUTANTS: readonly (readonly [string, AddRestart])[] = [
  [
    'allows one more',
    (history, now, { intensity, ...rest }) =>
      addRestart(history, now, { ...rest, intensity: intensity + 1 }),
  ],
  [
    'allows one less',
    (history, now, { intensity, ...rest }) =>
      addRestart(history, now, { ...rest, intensity: intensity - 1 }),
  ],
  [
    'has a window that is a moment too long',
    (history, now, { periodMs, ...rest }) =>
      addRestart(history, now, { ...rest, periodMs: periodMs + 1 }),
  ],
  [
    'has a window that is a moment too short',
    (history, now, { periodMs, ...rest }) =>
      addRestart(history, now, { ...rest, periodMs: periodMs - 1 }),
  ],
  [
    'forgets the oldest crash',
    (history, now, allowed) => addRestart(history.slice(1), now, allowed),
  ],
  [
    'forgets nothing',
    (history, now, { intensity }) => ({
      kind: history.length + 1 > intensity ? 'giveUp' : 'restart',
      history: [...history, now],
    }),
  ],
  [
    'does not count the crash that gave up',
    (history, now, allowed) => {
      const verdict = addRestart(history, now, allowed);
      return verdict.kind === 'giveUp' ? { ...verdict, history } : verdict;
    },
  ],
];

test.each(MUTANTS)('a window that %s is found out', (_, mutant) => {
  expect(fc.check(agrees(mutant), { seed: 1, numRuns: 1000 }).failed).toBe(true);
});

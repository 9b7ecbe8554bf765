import { expect, test } from '@jest/globals';
import { isRunning, parseStat } from '../../../actors/process/stat.ts';

/** A line of /proc/PID/stat of a process in this state, with so many threads. */
const line = (state: string, threads: number) =>
  `7 (claude) ${state} 42 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 ${threads} 0 9001 8 9`;

test.each([
  ['R', 1, true],
  ['T', 1, true],
  ['Z', 1, false],
  ['X', 1, false],
  // It was killed, and some of its threads have not got a CPU to end on.
  ['Z', 3, true],
])('in state %s, with %d threads, it runs: %s', (state, threads, runs) => {
  const stat = parseStat(line(state, threads));
  expect(stat !== null && isRunning(stat)).toBe(runs);
});

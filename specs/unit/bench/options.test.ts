import { expect, test } from '@jest/globals';
import { createChance } from '../../bench/chance.ts';
import { parseOptions } from '../../bench/options.ts';

test('without options everything is measured, with pools of 10, of 100 and of 300', () => {
  expect(parseOptions([])).toMatchObject({
    parts: ['kills', 'tasks', 'failovers'],
    ...{ sessions: [10, 100, 300], trials: 100, idleMs: 30_000 },
    tasks: { adds: 1000, commands: 20, turns: 100, demo: 50, real: 8 },
    failovers: { demo: 50, real: 20, traps: 3 },
  });
});

test('quick is a default for what is not said', () => {
  expect(parseOptions(['--quick', '--trials', '7', '--seed', '3'])).toEqual({
    parts: ['kills', 'tasks', 'failovers'],
    ...{
      sessions: [10],
      trials: 7,
      idleMs: 5000,
      seed: 3,
      json: false,
      plot: null,
      markdown: null,
    },
    tasks: { adds: 100, commands: 3, turns: 10, demo: 4, real: 1 },
    failovers: { demo: 4, real: 2, traps: 1 },
  });
});

test.each(['kills', 'tasks', 'failovers'])('only %s can be asked for', (part) => {
  expect(parseOptions(['--only', part]).parts).toEqual([part]);
});

test.each([
  ['--sessions=10,many'],
  ['--trials=0'],
  ['--sessions=1'],
  ['--speed=1'],
  ['--only=all'],
])('%s is refused', (option) => {
  expect(() => parseOptions([option])).toThrow(/--/);
});

test('the same seed chooses the same victims and moments', () => {
  const chosen = (seed: number) => {
    const chance = createChance(seed);
    return [chance.pick(['a', 'b', 'c', 'd', 'e'], 3), chance.below(1000)];
  };
  expect(chosen(5)).toEqual(chosen(5));
  expect(chosen(5)).not.toEqual(chosen(6));
});

test('nobody is chosen twice, and no more than there are', () => {
  expect([...createChance(1).pick(['a', 'b', 'c'], 9)].sort()).toEqual(['a', 'b', 'c']);
});

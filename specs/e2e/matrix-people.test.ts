import { beforeAll, expect, jest, test } from '@jest/globals';
import { playEscape, playQuestion } from '../harness/matrix-people.ts';
import { type AllPlayed, expectedOf, playAll } from '../harness/matrix-played.ts';
import { openMatrixPool } from '../harness/matrix-pool.ts';
import { rowsOf } from '../harness/matrix-rows.ts';

jest.setTimeout(500_000);

const ROWS = rowsOf('people');
let played: AllPlayed;

beforeAll(async () => {
  const open = () => openMatrixPool({ max: ROWS.length });
  const play = (way: string) => (way === 'asks' ? playQuestion : playEscape);
  played = await playAll(open, async (pool, told) => {
    await Promise.all(ROWS.map((row) => told(row, play(row.way)(pool, row))));
  });
});

test.each(ROWS)('$name: told, and never answered by us', (row) => {
  expect(played.get(row.name)).toEqual(expectedOf(row));
});

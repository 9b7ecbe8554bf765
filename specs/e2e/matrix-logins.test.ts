import { beforeAll, expect, jest, test } from '@jest/globals';
import { playOnAccount } from '../harness/matrix-moves.ts';
import { type AllPlayed, expectedOf, playInTurn } from '../harness/matrix-played.ts';
import { openMatrixPool } from '../harness/matrix-pool.ts';
import { rowsOf } from '../harness/matrix-rows.ts';

jest.setTimeout(500_000);

const ROWS = rowsOf('logins');
let played: AllPlayed;

beforeAll(async () => {
  played = await playInTurn(ROWS, () => openMatrixPool({ max: 1 }), playOnAccount);
});

test.each(ROWS)('$name: the account is left, and the task goes on elsewhere', (row) => {
  expect(played.get(row.name)).toEqual(expectedOf(row));
});

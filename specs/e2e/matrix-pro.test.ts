import { beforeAll, expect, jest, test } from '@jest/globals';
import { playOnAccount } from '../harness/matrix-moves.ts';
import { type AllPlayed, expectedOf, playInTurn } from '../harness/matrix-played.ts';
import { openMatrixPool } from '../harness/matrix-pool.ts';
import { rowsOf } from '../harness/matrix-rows.ts';
import { makePro } from '../harness/other-logins.ts';

jest.setTimeout(500_000);

const ROWS = rowsOf('pro');
let played: AllPlayed;

beforeAll(async () => {
  played = await playInTurn(ROWS, () => openMatrixPool({ max: 1, signIn: makePro }), playOnAccount);
});

test.each(ROWS)('$name: the session goes on elsewhere and can be used', (row) => {
  expect(played.get(row.name)).toEqual(expectedOf(row));
});

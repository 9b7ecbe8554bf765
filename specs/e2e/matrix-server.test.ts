import { beforeAll, expect, jest, test } from '@jest/globals';
import { type AllPlayed, expectedOf, playAll } from '../harness/matrix-played.ts';
import { openMatrixPool } from '../harness/matrix-pool.ts';
import { type MatrixRow, rowsOf } from '../harness/matrix-rows.ts';
import { playRefused, playTogether, quotingFile } from '../harness/matrix-stays.ts';

jest.setTimeout(500_000);

const ROWS = rowsOf('server');
let played: AllPlayed;
let askedElsewhere = -1;
let falseMoves = -1;

beforeAll(async () => {
  const open = () => openMatrixPool({ max: 3, env: { API_TIMEOUT_MS: '5000' } });
  played = await playAll(open, async (pool, told) => {
    const [token, other] = ['compte1', 'compte2'].map((name) => pool.tokens[name] ?? '');
    pool.stub.set(token ?? '', { options: { file: quotingFile(pool) } });
    const isRefused = ({ mode }: MatrixRow) => mode === 'refused';
    await playTogether(
      pool,
      ROWS.filter((row) => !isRefused(row)),
      told,
    );
    await playRefused(pool, ROWS.filter(isRefused), told);
    askedElsewhere = pool.stub.requests.filter((request) => request.token === other).length;
    falseMoves = pool.run.log.filter(({ event }) => event === 'failover.started').length;
  });
});

test.each(ROWS)('$name: nothing of the account, and nothing moves', (row) => {
  expect(played.get(row.name)).toEqual(expectedOf(row));
});

test('none of them has moved a session, and no other account was asked anything', () => {
  process.stdout.write(`false moves over ${ROWS.length} rows: ${falseMoves}\n`);
  expect({ falseMoves, askedElsewhere }).toEqual({ falseMoves: 0, askedElsewhere: 0 });
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { troubleOf } from '../../../machines/policy/trouble.ts';
import { MATRIX } from '../../harness/matrix-rows.ts';
import { matrixTable, waysTable } from '../../harness/matrix-table.ts';
import { TOLD_EVENTS, WAYS } from '../../harness/matrix-ways.ts';
import { turnFailure } from '../../harness/turn-failures.ts';

const PAGE = readFileSync('docs/FAILOVER.md', 'utf8');

test('docs/FAILOVER.md has the rows of the matrix, these and no others', () => {
  expect(tableAfter('| the turn ends so')).toBe(matrixTable());
});

test('docs/FAILOVER.md says what follows from them as the specs expect it', () => {
  expect(tableAfter('| what follows')).toBe(waysTable());
});

test('no two rows have the same name, and every way is that of a row', () => {
  expect(new Set(MATRIX.map(({ name }) => name)).size).toBe(MATRIX.length);
  expect(new Set(MATRIX.map(({ way }) => way))).toEqual(new Set(Object.keys(WAYS)));
});

test('what is logged on a way is looked for', () => {
  const logged = Object.values(WAYS).flatMap((way): readonly string[] => way.logged);
  expect(logged.filter((event) => !TOLD_EVENTS.has(event))).toEqual([]);
});

test.each(MATRIX)('$name: the record is judged as its row says', ({ records, way, window }) => {
  const trouble =
    records && troubleOf(turnFailure({ error: records.error, message: records.says }));
  const isOfAccount = way === 'limit' || way === 'login';
  expect(trouble?.kind ?? null).toBe(isOfAccount ? way : null);
  expect(trouble?.kind === 'limit' ? trouble.window : undefined).toBe(window);
});

function tableAfter(start: string): string {
  const [, rest = ''] = PAGE.split(`\n${start}`);
  const [table = ''] = rest.split('\n\n');
  return `${start}${table}`.trimEnd();
}

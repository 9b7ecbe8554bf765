import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { WRONG_MOVES } from '../../harness/wrong-moves.ts';

const SPECS = 'specs/e2e';

test('the page tells of every fault of a move and of its end, and of no other', () => {
  const page = readFileSync('docs/FAILOVER.md', 'utf8');
  const [, section = ''] = /^### When a move goes wrong$([\s\S]*?)^### /m.exec(page) ?? [];
  const told = [...section.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].slice(2);
  expect(told.map(([, fault, ends]) => ({ fault, ends }))).toEqual(Object.values(WRONG_MOVES));
});

test('every fault has one test', () => {
  const tests = readdirSync(SPECS)
    .filter((file) => file.startsWith('failover-wrong-'))
    .map((file) => readFileSync(join(SPECS, file), 'utf8'))
    .join('\n');
  const tested = [...tests.matchAll(/(?:wrongMove\(|name: )'(\w+)'/g)].map(([, name]) => name);
  expect(tested.toSorted()).toEqual(Object.keys(WRONG_MOVES).toSorted());
});

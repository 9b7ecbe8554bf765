import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { FailoverFacts } from '../../machines/failovers.ts';
import {
  FAILOVER_WORDS,
  type FailoverCell,
  type FailoverColumn,
  type FailoverStepWord,
  failoverAfter,
  failoverCell,
} from '../harness/failover-table.ts';
import { startTestFailover } from '../harness/test-failover.ts';

const FILE = new URL('failover-table.md', import.meta.url);
const UPDATE = 'CLAUDE_FAILOVER_SPEC_UPDATE';

const COLUMNS: readonly FailoverColumn[] = [
  { name: 'choosing', way: [] },
  { name: 'choosing, one refused', way: ['is decided', 'is written', 'is refused'] },
  { name: 'choosing, asked', way: [], isAsked: true },
  { name: 'moving, noting', way: ['is decided'] },
  { name: 'moving, retrying', way: ['is decided', 'is not written'] },
  { name: 'moving', way: ['is decided', 'is written'] },
  { name: 'resuming', way: ['is decided', 'is written', 'has moved'] },
  { name: 'parking, noting', way: ['finds no account'] },
  { name: 'parking, retrying', way: ['finds no account', 'is not written'] },
  { name: 'parking', way: ['finds no account', 'is written'] },
  { name: 'parked', way: ['finds no account', 'is written', 'is parked'] },
  {
    name: 'parked, one refused',
    way: ['is decided', 'is written', 'is refused', 'finds no account', 'is written', 'is parked'],
  },
];

/** Why something is rightly ignored: somebody has decided each such cell, and says what for. */
interface Reason {
  readonly why: string;
  readonly words: readonly FailoverStepWord[];
  readonly where: readonly string[];
}

const NOTING = ['moving, noting', 'moving, retrying', 'parking, noting', 'parking, retrying'];
const CHOOSING = ['choosing', 'choosing, one refused', 'choosing, asked'];
const WAITING = [...CHOOSING, 'parked', 'parked, one refused'];
const ORDERED = ['moving', 'resuming', 'parking'];
const OUTCOMES = ['has moved', 'is refused', 'is not taken', 'has resumed', 'is parked'] as const;

const REASONS: { readonly [letter: string]: Reason } = {
  a: {
    why: 'The step is being written: its order follows, and its session shows what comes of that.',
    words: FAILOVER_WORDS.filter((word) => word !== 'a minute passes'),
    where: NOTING,
  },
  b: {
    why: 'It answers an order that was not given, or was answered.',
    words: OUTCOMES,
    where: [...WAITING, ...ORDERED],
  },
  c: {
    why: 'Where it goes is decided, and what comes of it is not known yet.',
    words: ['is decided', 'finds no account'],
    where: ORDERED,
  },
  d: {
    why: 'It has to leave already.',
    words: ['leaves the next one', 'leaves the same again'],
    where: [...CHOOSING, 'moving', 'parking'],
  },
  e: {
    why: 'It is parked already.',
    words: ['finds no account'],
    where: ['parked', 'parked, one refused'],
  },
  f: {
    why: 'It waits for no time.',
    words: ['a minute passes'],
    where: COLUMNS.map(({ name }) => name),
  },
  g: {
    why: 'No operator has asked for it, or it is under way.',
    words: ['is asked for elsewhere'],
    where: COLUMNS.map(({ name }) => name),
  },
};

type Cell = FailoverCell | 'ignored' | null;

const rows: { readonly word: FailoverStepWord; readonly cells: readonly Cell[] }[] = [];
for (const word of FAILOVER_WORDS) {
  const cells: Cell[] = [];
  for (const column of COLUMNS) cells.push(await failoverCell(column, word));
  rows.push({ word, cells });
}

test('each way leads to the state that its column is named after', async () => {
  for (const { name, ...way } of COLUMNS) {
    const t = await failoverAfter(way);
    expect(t.where()).toBe(name.replace(/, (one refused|asked)$/, ''));
    expect(t.facts().tried).toEqual(name.endsWith('one refused') ? ['second'] : []);
  }
});

test('every cell of the table is decided, and the table is the one on paper', () => {
  const undecided = ignored().filter(({ word, name }) => letterOf(word, name) === null);
  expect(undecided).toEqual([]);
  const document = documentOf();
  if (process.env[UPDATE]) writeFileSync(FILE, document);
  expect(document).toBe(readFileSync(FILE, 'utf8'));
});

test('no reason is given for a cell that is not ignored', () => {
  const used = new Set(ignored().map(({ word, name }) => letterOf(word, name)));
  expect([...used].sort()).toEqual(Object.keys(REASONS));
});

const BEGINNINGS: readonly (readonly [FailoverFacts['step'], string])[] = [
  ['choosing', 'choosing'],
  ['moving', 'choosing'],
  ['resuming', 'resuming'],
  ['parking', 'choosing'],
  ['parked', 'parked'],
];

test.each(BEGINNINGS)('one that the journal has as %s begins as %s', async (step, where) => {
  const t = startTestFailover({ step, to: 'second' }, { isNew: false });
  await t.settle();
  expect(t.where()).toBe(where);
  expect(t.facts().step).toBe(where);
  expect(t.orders()).toEqual([]);
});

function ignored(): readonly { readonly word: FailoverStepWord; readonly name: string }[] {
  return rows.flatMap(({ word, cells }) =>
    COLUMNS.flatMap(({ name }, i) => (cells[i] === 'ignored' ? [{ word, name }] : [])),
  );
}

function letterOf(word: FailoverStepWord, name: string): string | null {
  const reason = Object.entries(REASONS).find(
    ([, { words, where }]) => words.includes(word) && where.includes(name),
  );
  return reason?.[0] ?? null;
}

function documentOf(): string {
  return `# Every state of a failover with every event

Made by \`specs/model/failover-table.test.ts\` from the real machine, which fails when the two differ.
After a change that is meant: \`${UPDATE}=1 npm run spec -- specs/model/failover-table\`, and read the diff.

A column is a state, a row is what happens. A cell is the state that follows, with what its supervisor
is told in brackets; empty: it cannot happen there. A letter: it is ignored, because

${Object.entries(REASONS)
  .map(([letter, { why }]) => `- _${letter}_ – ${why}`)
  .join('\n')}

One that an earlier daemon left begins by its step in the journal: ${BEGINNINGS.map(
    ([step, where]) => `${step} → ${where}`,
  ).join(', ')}.

${tableOf()}
`;
}

function tableOf(): string {
  return aligned([
    ['', ...COLUMNS.map(({ name }) => name)],
    ...rows.map(({ word, cells }) => [
      word,
      ...COLUMNS.map(({ name }, i) => textOf(cells[i] ?? null, word, name)),
    ]),
  ]);
}

function textOf(cell: Cell, word: FailoverStepWord, name: string): string {
  if (cell === null) return '';
  if (cell === 'ignored') return `_${letterOf(word, name)}_`;
  const told = cell.tells.length === 0 ? '' : ` (${cell.tells.join(', ')})`;
  return cell.goes === 'stays' ? `stays${told}` : `**${cell.goes}**${told}`;
}

function aligned([head = [], ...body]: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(...[head, ...body].map((line) => line[i]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body]
    .map((line) => `| ${line.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`)
    .join('\n');
}

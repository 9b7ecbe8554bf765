import { expect, test } from '@jest/globals';
import { failoverMachine } from '../../machines/failover/machine.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import {
  FAILOVER_WORDS,
  type FailoverCell,
  type FailoverColumn,
  type FailoverStepWord,
  failoverAfter,
  failoverCell,
  typeOf,
} from '../harness/failover-table.ts';
import { type Decided, markdownTable, paperTable, type Reasons } from '../harness/paper-table.ts';
import {
  declaredEvents,
  declaredTransitions,
  transitionRecorder,
} from '../harness/session-transitions.ts';
import { startTestFailover } from '../harness/test-failover.ts';

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

interface Reason extends Decided {
  readonly words: readonly FailoverStepWord[];
  readonly where: readonly string[];
}

const NOTING = ['moving, noting', 'moving, retrying', 'parking, noting', 'parking, retrying'];
const CHOOSING = ['choosing', 'choosing, one refused', 'choosing, asked'];
const WAITING = [...CHOOSING, 'parked', 'parked, one refused'];
const ORDERED = ['moving', 'resuming', 'parking'];
const OUTCOMES = ['has moved', 'is refused', 'is not taken', 'has resumed', 'is parked'] as const;

const REASONS: Reasons<Reason> = {
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

const SAYS = `A column is a state, a row is what happens. A cell is the state that follows, with what its supervisor
is told in brackets; empty: it cannot happen there. A letter: it is ignored, because`;

interface Place {
  readonly word: FailoverStepWord;
  readonly name: string;
}

const paper = paperTable<Reason, Place>({
  name: 'failover-table',
  of: 'a failover',
  says: SAYS,
  reasons: REASONS,
  fits: ({ words, where }, { word, name }) => words.includes(word) && where.includes(name),
});

type Cell = FailoverCell | 'ignored' | null;

const recorder = transitionRecorder(failoverMachine);
const { inspect } = recorder;
const rows: { readonly word: FailoverStepWord; readonly cells: readonly Cell[] }[] = [];
for (const word of FAILOVER_WORDS) {
  const cells: Cell[] = [];
  for (const column of COLUMNS) cells.push(await failoverCell(column, word, inspect));
  rows.push({ word, cells });
}

test('each way leads to the state that its column is named after', async () => {
  for (const { name, ...way } of COLUMNS) {
    const t = await failoverAfter(way);
    expect(t.where()).toBe(name.replace(/, (one refused|asked)$/, ''));
    expect(t.facts().tried).toEqual(name.endsWith('one refused') ? ['second'] : []);
  }
});

paper.isKept({
  ignored: ignored(),
  body: () => `${beginningsText()}\n\n${tableOf()}\n`,
});

const BEGINNINGS: readonly (readonly [FailoverFacts['step'], string])[] = [
  ['choosing', 'choosing'],
  ['moving', 'choosing'],
  ['resuming', 'resuming'],
  ['parking', 'choosing'],
  ['parked', 'parked'],
];

test.each(BEGINNINGS)('one that the journal has as %s begins as %s', async (step, where) => {
  const t = startTestFailover({ step, to: 'second' }, { isNew: false, inspect });
  await t.settle();
  expect(t.where()).toBe(where);
  expect(t.facts().step).toBe(where);
  expect(t.orders()).toEqual([]);
});

test('every transition of the machine was taken on one of these ways', () => {
  const declared = declaredTransitions(failoverMachine);
  expect(declared.length).toBeGreaterThan(25);
  expect(declared.filter((one) => !recorder.taken.has(one))).toEqual([]);
});

test('every event of the machine has a row', () => {
  const told: readonly (string | null)[] = FAILOVER_WORDS.map(typeOf);
  expect(declaredEvents(failoverMachine).filter((event) => !told.includes(event))).toEqual([]);
});

function ignored(): readonly Place[] {
  return rows.flatMap(({ word, cells }) =>
    COLUMNS.flatMap(({ name }, i) => (cells[i] === 'ignored' ? [{ word, name }] : [])),
  );
}

function beginningsText(): string {
  const steps = BEGINNINGS.map(([step, where]) => `${step} → ${where}`).join(', ');
  return `One that an earlier daemon left begins by its step in the journal: ${steps}.`;
}

function tableOf(): string {
  return markdownTable([
    ['', ...COLUMNS.map(({ name }) => name)],
    ...rows.map(({ word, cells }) => [
      word,
      ...COLUMNS.map(({ name }, i) => textOf(cells[i] ?? null, { word, name })),
    ]),
  ]);
}

function textOf(cell: Cell, place: Place): string {
  if (cell === null) return '';
  if (cell === 'ignored') return paper.cell(cell, [], place);
  return paper.cell(cell.goes, cell.tells, place);
}

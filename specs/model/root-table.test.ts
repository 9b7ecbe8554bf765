import { expect, test } from '@jest/globals';
import { rootMachine } from '../../supervisor/root-machine.ts';
import { type Decided, markdownTable, paperTable, type Reasons } from '../harness/paper-table.ts';
import {
  nameOf,
  ROOT_WORDS,
  type RootCell,
  type RootColumn,
  type RootWord,
  rootAfter,
  rootCell,
  typesTold,
} from '../harness/root-table.ts';
import {
  declaredEvents,
  declaredTransitions,
  transitionRecorder,
} from '../harness/session-transitions.ts';

const ESCALATES = 'one agent too many dies';

const COLUMNS: readonly RootColumn[] = [
  { name: 'watching', way: [] },
  { name: 'observing', way: ['tmux wakes it'] },
  { name: 'observing, again (woke)', way: ['tmux wakes it', 'tmux wakes it'] },
  { name: 'observing, again (interval)', way: ['tmux wakes it', 'the interval elapses'] },
  { name: 'watching, escalated', way: [ESCALATES] },
  { name: 'observing, escalated', way: [ESCALATES, 'tmux wakes it'] },
];

interface Reason extends Decided {
  readonly words: readonly RootWord[];
  readonly where: (name: string) => boolean;
}

const REASONS: Reasons<Reason> = {
  a: {
    why: 'Whoever has no machine, or none any more, is told nothing: an event to nobody would end the root.',
    words: ['nobody is to be told'],
    where: () => true,
  },
  b: {
    why: 'A session leaves its account once at a time.',
    words: ['one is open that is to begin'],
    where: () => true,
  },
  c: {
    why: 'It is asked for already, and one listing is enough for both; the interval has more to do, so it is not hidden.',
    words: ['tmux wakes it', 'the interval elapses', 'a session has launched'],
    where: (name) => name.includes('again'),
  },
};

const SAYS = `A column is a state, a row is what happens. A cell is the state that follows, with what comes of it in
brackets; empty: it cannot happen there. A letter: it is ignored, because`;

interface Place {
  readonly word: RootWord;
  readonly name: string;
}

const paper = paperTable<Reason, Place>({
  name: 'root-table',
  of: 'the root',
  says: SAYS,
  reasons: REASONS,
  fits: ({ words, where }, { word, name }) => words.includes(word) && where(name),
});

type Cell = RootCell | 'ignored' | null;

const recorder = transitionRecorder(rootMachine);
const rows: { readonly word: RootWord; readonly cells: readonly Cell[] }[] = [];
for (const word of ROOT_WORDS) {
  const cells: Cell[] = [];
  for (const column of COLUMNS) cells.push(await rootCell(column, word, recorder.inspect));
  rows.push({ word, cells });
}

test('each way leads to the state that its column is named after', async () => {
  for (const { name, way } of COLUMNS) {
    const t = await rootAfter(way);
    expect(nameOf(t)).toBe(name);
    t.root.stop();
  }
});

test('every state of the machine has a column', () => {
  const regions = Object.values(rootMachine.root.states).map(({ states }) => Object.keys(states));
  const all = regions.reduce((before, states) =>
    before.flatMap((one) => states.map((other) => `${one}, ${other}`)),
  );
  const names = all.map((name) => name.replace(', allowed', ''));
  expect(names.filter((name) => !COLUMNS.some((column) => column.name === name))).toEqual([]);
});

test('every event of the machine has a row', () => {
  const told = typesTold();
  expect(declaredEvents(rootMachine).filter((event) => !told.includes(event))).toEqual([]);
});

paper.isKept({
  ignored: rows.flatMap(({ word, cells }) =>
    COLUMNS.flatMap(({ name }, i) => (cells[i] === 'ignored' ? [{ word, name }] : [])),
  ),
  body: () => `${tableOf()}\n`,
});

test('every transition of the machine was taken on one of these ways', () => {
  const declared = declaredTransitions(rootMachine);
  expect(declared.length).toBeGreaterThan(25);
  expect(declared.filter((one) => !recorder.taken.has(one))).toEqual([]);
});

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

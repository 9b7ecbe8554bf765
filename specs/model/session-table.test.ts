import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { ModelEvent, Where } from '../harness/session-model.ts';
import { type Cell, type Column, type Row, sessionTable } from '../harness/session-table.ts';

const FILE = new URL('session-table.md', import.meta.url);
const UPDATE = 'CLAUDE_FAILOVER_SPEC_UPDATE';

const EVERY: readonly Where[] = [
  'launching',
  'delayed',
  'booting',
  'ready',
  'running',
  'waiting',
  'blocked',
  'adopting',
  'held',
  'backingOff',
  'recreating',
  'failed',
];

const COLUMNS: readonly Column[] = EVERY.map((where) => ({ where, held: where === 'held' }));
/** Where a hold cannot take effect at once. */
const HELD_COLUMNS: readonly Column[] = (
  ['launching', 'recreating', 'blocked', 'adopting', 'failed'] as const
).map((where) => ({ where, held: true }));

/** Why an event is rightly ignored: somebody has decided each such cell, and says what for. */
interface Reason {
  readonly why: string;
  readonly events: readonly ModelEvent[];
  readonly where: readonly Where[];
}

const REASONS: { readonly [letter: string]: Reason } = {
  a: {
    why: "It speaks of an agent that is not the session's: a late report must not hit a successor.",
    events: ['another says busy', 'an earlier one dies', 'an earlier one is renamed'],
    where: EVERY,
  },
  b: {
    why: 'It tells what the session knows: a listing can be older than what happened since.',
    events: ['the same is found', 'hold'],
    where: ['booting', 'ready', 'running', 'waiting', 'held'],
  },
  c: {
    why: 'The next launch ends that agent; that it still lives is no news.',
    events: ['the leaving one is found'],
    where: ['delayed', 'backingOff'],
  },
  d: {
    why: 'A launch is under way: it looks at the session itself, and its result says what is there.',
    events: ['another is found', 'the leaving one is found', 'restart'],
    where: ['launching', 'recreating'],
  },
  e: {
    why: 'Only a session whose name is taken waits for it to be freed.',
    events: ['slot is freed'],
    where: EVERY.filter((where) => where !== 'blocked' && where !== 'adopting'),
  },
  f: {
    why: 'The name is ours, or is being made ours: `decideVerb` answers that it is so, or under way.',
    events: ['adopt', 'adopt --restart'],
    where: EVERY.filter((where) => where !== 'blocked'),
  },
  g: {
    why: 'The operator is answered with the verb that helps here (`adopt`, `release`, `reset`).',
    events: ['restart'],
    where: ['blocked', 'adopting', 'held', 'failed'],
  },
  h: {
    why: 'Given up: nothing is expected, and only `reset` changes that.',
    events: ['another is found', 'the leaving one is found'],
    where: ['failed'],
  },
  i: {
    why: 'Unknown is not gone: the watch of the file or the next refresh will tell.',
    events: ['file is unreadable'],
    where: ['booting'],
  },
};

test('every cell of the table is decided, and the table is the one on paper', async () => {
  const rows = await sessionTable(COLUMNS);
  const heldRows = await sessionTable(HELD_COLUMNS);
  expect(undecided(COLUMNS, rows)).toEqual([]);
  expect(undecided(HELD_COLUMNS, heldRows)).toEqual([]);
  const document = documentOf(rows, heldRows);
  if (process.env[UPDATE]) writeFileSync(FILE, document);
  expect(document).toBe(readFileSync(FILE, 'utf8'));
});

test('no reason is given for a cell that is not ignored', async () => {
  const rows = await sessionTable(COLUMNS);
  const used = new Set(ignoredOf(COLUMNS, rows).map(({ event, where }) => letterOf(event, where)));
  expect([...used].sort()).toEqual(Object.keys(REASONS));
});

function undecided(columns: readonly Column[], rows: readonly Row[]) {
  return ignoredOf(columns, rows).filter(({ event, where }) => letterOf(event, where) === null);
}

function ignoredOf(columns: readonly Column[], rows: readonly Row[]) {
  return rows.flatMap(({ event, cells }) =>
    columns.flatMap(({ where }, i) => (cells[i] === 'ignored' ? [{ event, where }] : [])),
  );
}

function letterOf(event: ModelEvent, where: Where): string | null {
  const reason = Object.entries(REASONS).find(
    ([, { events, where: places }]) => events.includes(event) && places.includes(where),
  );
  return reason?.[0] ?? null;
}

function documentOf(rows: readonly Row[], heldRows: readonly Row[]): string {
  return `# Every state of a session with every event

Made by \`specs/model/session-table.test.ts\` from the real machine, which fails when the two differ.
After a change that is meant: \`${UPDATE}=1 npm run spec -- specs/model/session-table\`, and read the diff.

A column is the innermost state, a row is what happens. A cell is the state that follows; \`stays\`:
it is heard and noted there; empty: it cannot happen there. A letter: it is ignored, because

${Object.entries(REASONS)
  .map(([letter, { why }]) => `- _${letter}_ – ${why}`)
  .join('\n')}

${tableOf(COLUMNS, rows)}

## While a hold waits to take effect

An operator has said \`hold\` where it cannot take hold at once.

${tableOf(HELD_COLUMNS, heldRows)}
`;
}

function tableOf(columns: readonly Column[], rows: readonly Row[]): string {
  const shown = rows.filter(({ cells }) => cells.some((cell) => cell !== null));
  return aligned([
    ['', ...columns.map(({ where }) => where)],
    ...shown.map(({ event, cells }) => [
      event,
      ...columns.map(({ where }, i) => textOf(cells[i] ?? null, letterOf(event, where))),
    ]),
  ]);
}

function textOf(cell: Cell, letter: string | null): string {
  if (cell === null) return '';
  if (cell === 'ignored') return `_${letter}_`;
  return cell === 'stays' ? 'stays' : `**${cell}**`;
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

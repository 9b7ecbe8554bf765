import { expect, test } from '@jest/globals';
import { accountMachine } from '../../machines/account/machine.ts';
import {
  ACCOUNT_EVENTS,
  type AccountCell,
  type AccountEventName,
  accountCell,
  type Trait,
} from '../harness/account-table.ts';
import { type Decided, markdownTable, paperTable, type Reasons } from '../harness/paper-table.ts';
import { declaredTransitions, transitionRecorder } from '../harness/session-transitions.ts';

interface Table {
  readonly title: string;
  readonly columns: readonly (readonly Trait[])[];
}

const TABLES: readonly Table[] = [
  {
    title: 'One thing speaks against it, or none',
    columns: [[], ['limited'], ['unauthenticated'], ['quarantined'], ['disabled']],
  },
  {
    title: 'Several things do',
    columns: [
      ['limited', 'unauthenticated'],
      ['limited', 'quarantined'],
      ['unauthenticated', 'quarantined'],
      ['limited', 'disabled'],
      ['quarantined', 'disabled'],
      ['limited', 'unauthenticated', 'quarantined', 'disabled'],
    ],
  },
];

interface Reason extends Decided {
  readonly events: readonly AccountEventName[];
  readonly when: (holds: readonly Trait[]) => boolean;
}

const has = (trait: Trait) => (holds: readonly Trait[]) => holds.includes(trait);
const lacks = (trait: Trait) => (holds: readonly Trait[]) => !holds.includes(trait);

const REASONS: Reasons<Reason> = {
  a: {
    why: 'It is known: what many sessions meet, or what is looked at again and again, is told once.',
    events: ['a limit is reached', 'a limit is reached that names no end'],
    when: has('limited'),
  },
  b: {
    why: 'It is over already, or would be.',
    events: ['an old limit is told', 'limit, until now'],
    when: () => true,
  },
  c: {
    why: 'Its login is known not to work; what was said first is kept.',
    events: ['its login is lost'],
    when: has('unauthenticated'),
  },
  d: {
    why: 'Its links are known to be so.',
    events: ['its links break'],
    when: has('quarantined'),
  },
  e: {
    why: 'Its links are in order, as far as anybody knows.',
    events: ['its links are mended'],
    when: lacks('quarantined'),
  },
  f: {
    why: 'It is neither limited nor logged out: `clear` undoes nothing else.',
    events: ['clear'],
    when: (holds) => lacks('limited')(holds) && lacks('unauthenticated')(holds),
  },
  g: { why: 'It is out of use already.', events: ['disable'], when: has('disabled') },
  h: { why: 'It is in use already.', events: ['enable'], when: lacks('disabled') },
  i: {
    why: 'It waits for nothing that time brings.',
    events: ['a minute passes', 'the limit is over', 'the clock was set on'],
    when: lacks('limited'),
  },
  j: {
    why: 'It is looked at as soon as nothing graver speaks against the account.',
    events: ['a minute passes', 'the limit is over', 'the clock was set on'],
    when: (holds) => holds.length > 1,
  },
};

const SAYS = `A column is what speaks against the account, the gravest last: that is its state. A row is what happens. A
cell is the state that follows, which is logged; \`stays\`: it is heard and noted there, \`logged\` as well
where that is said. What changes is stored, but for what is wrong with links, which is found out again
(\`not stored\`). A letter: it is ignored, because`;

interface Place {
  readonly event: AccountEventName;
  readonly holds: readonly Trait[];
}

const paper = paperTable<Reason, Place>({
  name: 'account-table',
  of: 'an account',
  says: SAYS,
  reasons: REASONS,
  fits: ({ events, when }, { event, holds }) => events.includes(event) && when(holds),
});

const recorder = transitionRecorder(accountMachine);
const tables = TABLES.map(({ title, columns }) => ({
  title,
  columns,
  rows: (Object.keys(ACCOUNT_EVENTS) as AccountEventName[]).map((event) => ({
    event,
    cells: columns.map((holds) => accountCell(holds, event, recorder.inspect)),
  })),
}));
type Filled = (typeof tables)[number];

paper.isKept({
  ignored: tables.flatMap(ignoredIn),
  body: () => tables.map(sectionOf).join('\n'),
});

test('every transition of the machine was taken on one of these ways', () => {
  const declared = declaredTransitions(accountMachine);
  expect(declared.length).toBeGreaterThan(15);
  expect(declared.filter((one) => !recorder.taken.has(one))).toEqual([]);
});

function ignoredIn({ columns, rows }: Filled): readonly Place[] {
  return rows.flatMap(({ event, cells }) =>
    columns.flatMap((holds, i) => (cells[i]?.goes === 'ignored' ? [{ event, holds }] : [])),
  );
}

function sectionOf({ title, columns, rows }: Filled): string {
  const head = ['', ...columns.map((holds) => holds.join(' + ') || 'available')];
  const body = rows.map(({ event, cells }) => [
    event,
    ...cells.map((cell, i) => textOf(cell, { event, holds: columns[i] ?? [] })),
  ]);
  return `## ${title}\n\n${markdownTable([head, ...body])}\n`;
}

function textOf({ goes, isStored, isLogged }: AccountCell, place: Place): string {
  const isUsual = isLogged === (goes !== 'stays');
  const log = !isUsual && (isLogged ? 'logged' : 'not logged');
  const notes = [log, !isStored && 'not stored'].filter((note) => note !== false);
  return paper.cell(goes, notes, place);
}

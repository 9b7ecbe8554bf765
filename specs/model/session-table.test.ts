import { type Decided, markdownTable, paperTable, type Reasons } from '../harness/paper-table.ts';
import type { ModelEvent } from '../harness/session-model-events.ts';
import { DELIVERS, MOVES, WORKS } from '../harness/session-model-places.ts';
import type { Where } from '../harness/session-model-state.ts';
import { type Cell, type Column, type Row, sessionTable } from '../harness/session-table.ts';

/** Where a session can be without a task. */
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

const LAUNCHES: readonly Where[] = ['launching', 'relaunching', 'recreating', 'moving.launching'];
/** An effect on its agent runs. */
const UNDER_WAY: readonly Where[] = [...LAUNCHES, 'moving.ending'];
const ALL: readonly Where[] = [...EVERY, ...MOVES, ...DELIVERS, ...WORKS];

interface Table {
  readonly title: string;
  readonly says: string;
  readonly columns: readonly Column[];
}

const WITHOUT = { held: false, halted: false, task: 'none', parts: false } as const;
const among = (places: readonly Where[], of: Partial<Column> = {}): readonly Column[] =>
  places.map((where) => ({ ...WITHOUT, where, ...of }));
const heldAsUsual = (columns: readonly Column[]): readonly Column[] =>
  columns.map((column) => (column.where === 'held' ? { ...column, held: true } : column));

const TABLES: readonly Table[] = [
  { title: 'Without a task', says: '', columns: heldAsUsual(among(EVERY)) },
  {
    title: 'A task is delivered and worked on',
    says: 'Its client has confirmed it from `running` on.',
    columns: [...among(DELIVERS, { task: 'unconfirmed' }), ...among(WORKS, { task: 'confirmed' })],
  },
  {
    title: 'A confirmed task is held elsewhere',
    says: 'Its agent crashed, was restarted, is held by an operator, or was there before the daemon.',
    columns: heldAsUsual(
      among(
        [
          'launching',
          'delayed',
          'booting',
          'blocked',
          'adopting',
          'held',
          'backingOff',
          'recreating',
          'failed',
        ],
        {
          task: 'confirmed',
        },
      ),
    ),
  },
  {
    title: 'Its account cannot be used, and it has no task',
    says: 'It was refused there, or is told to go elsewhere.',
    columns: among(MOVES),
  },
  {
    title: 'Its account cannot be used in the middle of a task',
    says: 'A turn has ended in a limit, or no agent could be started for it.',
    columns: among(MOVES, { task: 'confirmed' }),
  },
  {
    title: 'A task is to be let go of',
    says: 'It was cancelled, nobody answered, or it was not taken: told when no agent can have its prompt any more.',
    columns: heldAsUsual(
      among(
        [
          'launching',
          'delayed',
          'blocked',
          'adopting',
          'held',
          'moving.ending',
          'backingOff',
          'recreating',
          'failed',
        ],
        {
          task: 'unconfirmed',
          parts: true,
        },
      ),
    ),
  },
  {
    title: 'While a hold waits to take effect',
    says: 'An operator has said `hold` where it cannot take hold at once.',
    columns: [
      ...among(['launching', 'recreating', 'blocked', 'adopting', 'failed'], { held: true }),
      ...among(['relaunching'], { held: true, task: 'unconfirmed' }),
      ...among(['moving.launching', 'moving.ending'], { held: true, task: 'confirmed' }),
    ],
  },
  {
    title: 'While the pool has escalated',
    says: 'Too many agents of the pool have ended: nothing is launched but what an operator asks for.',
    columns: [
      ...heldAsUsual(among(EVERY, { halted: true })),
      ...among(['moving.awaiting', 'moving.delayed'], { halted: true }),
      ...among(['delayed', 'running', 'waiting', 'backingOff'], {
        halted: true,
        task: 'confirmed',
      }),
    ],
  },
];

interface Reason extends Decided {
  readonly events: readonly ModelEvent[];
  readonly where: readonly Where[];
  readonly when?: (column: Column) => boolean;
}

const isFree = ({ task }: Column) => task === 'none';
const isConfirmed = ({ task, parts }: Column) => task === 'confirmed' && !parts;
const isGoing = ({ parts }: Column) => parts;

const REASONS: Reasons<Reason> = {
  a: {
    why: "It speaks of an agent that is not the session's: a late report must not hit a successor.",
    events: ['another says busy', 'an earlier one dies', 'an earlier one is renamed'],
    where: ALL,
  },
  b: {
    why: 'It tells what the session knows: a listing can be older than what happened since.',
    events: ['the same is found', 'hold'],
    where: ALL,
  },
  c: {
    why: 'The next launch ends that agent; that it still lives is no news.',
    events: ['the leaving one is found'],
    where: ['delayed', 'moving.awaiting', 'moving.delayed', 'backingOff'],
  },
  d: {
    why: 'A launch is under way: it looks at the session itself, and its result says what is there.',
    events: ['another is found', 'the leaving one is found', 'restart'],
    where: UNDER_WAY,
  },
  e: {
    why: 'Only a session whose name is taken waits for it to be freed.',
    events: ['slot is freed'],
    where: ALL.filter((where) => where !== 'blocked' && where !== 'adopting'),
  },
  f: {
    why: 'The name is ours, or is being made ours: `decideVerb` answers that it is so, or under way.',
    events: ['adopt', 'adopt --restart'],
    where: ALL.filter((where) => where !== 'blocked'),
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
    where: ['booting', 'arriving', 'coming'],
  },
  j: {
    why: 'It is not the task that the session has: a person typed it, or somebody asks the wrong one.',
    events: ['another is prompted', 'another is cancelled'],
    where: ALL,
  },
  k: {
    why: 'No task of the session is known to run in that turn.',
    events: ['turn ends', 'turn goes on'],
    where: ALL,
    when: ({ task, parts }) => task === 'none' || (task === 'unconfirmed' && !parts),
  },
  l: {
    why: 'What is told twice is told once.',
    events: ['is assigned again', 'is prompted', 'that limit is told again'],
    where: ALL,
    when: ({ parts }) => !parts,
  },
  m: {
    why: 'The launch reads the transcript once the agent is gone: its result says how the turn ended.',
    events: ['turn ends'],
    where: UNDER_WAY,
    when: isConfirmed,
  },
  n: {
    why: 'The launch ends whatever was left in the background.',
    events: ['turn goes on'],
    where: UNDER_WAY,
    when: isConfirmed,
  },
  o: {
    why: 'The task is to be let go of: whatever its agent still tells, it is ended.',
    events: [
      'is assigned again',
      'is prompted',
      'turn ends',
      'turn goes on',
      'that limit is told again',
    ],
    where: ALL,
    when: isGoing,
  },
  p: {
    why: "How long a person's turn takes, and whom it waits for, is that person's affair.",
    events: ['nobody answers', 'nothing moves', 'settle time elapses'],
    where: ['waiting', 'running'],
    when: isFree,
  },
  q: {
    why: 'Of an agent that was there before, silence proves nothing: it may say what it does elsewhere.',
    events: ['start times out'],
    where: ['booting'],
  },
  r: {
    why: 'An order is taken only where nothing healthy is cut short: whoever gave it sees that it was not.',
    events: ['is moved', 'is parked'],
    where: ALL,
  },
  s: {
    why: 'It was to end: that it has is no crash.',
    events: ['the leaving one dies'],
    where: ALL,
  },
  t: {
    why: 'It waits for an account, and a restart brings none.',
    events: ['restart'],
    where: ['moving.awaiting', 'parked'],
  },
  u: {
    why: 'The pool has escalated: nothing is launched by itself.',
    events: ['wait elapses'],
    where: ['delayed', 'backingOff', 'moving.delayed'],
    when: ({ halted }) => halted,
  },
};

const SAYS = `A column is the innermost state, a row is what happens. A cell is the state that follows, with what is
told of the task in brackets; \`stays\`: it is heard and noted there; empty: it cannot happen there.
What stands still is replaced (\`tasks.stalled_action: restart\`). A letter: it is ignored, because`;

interface Place {
  readonly event: ModelEvent;
  readonly column: Column;
}

const paper = paperTable<Reason, Place>({
  name: 'session-table',
  of: 'a session',
  says: SAYS,
  reasons: REASONS,
  fits: ({ events, where, when }, { event, column }) =>
    events.includes(event) && where.includes(column.where) && (when?.(column) ?? true),
});

const tables = await Promise.all(
  TABLES.map(async (table) => ({ ...table, rows: await sessionTable(table.columns) })),
);
type Filled = (typeof tables)[number];

paper.isKept({
  ignored: tables.flatMap(ignoredIn),
  body: () => tables.map(sectionOf).join('\n'),
});

function ignoredIn({ columns, rows }: Filled): readonly Place[] {
  return rows.flatMap(({ event, cells }) =>
    columns.flatMap((column, i) => (cells[i]?.goes === 'ignored' ? [{ event, column }] : [])),
  );
}

function sectionOf({ title, says, columns, rows }: Filled): string {
  return `## ${title}\n\n${says === '' ? '' : `${says}\n\n`}${tableOf(columns, rows)}\n`;
}

function tableOf(columns: readonly Column[], rows: readonly Row[]): string {
  const shown = rows.filter(({ cells }) => cells.some((cell) => cell !== null));
  return markdownTable([
    ['', ...columns.map(({ where }) => where)],
    ...shown.map(({ event, cells }) => [
      event,
      ...columns.map((column, i) => textOf(cells[i] ?? null, { event, column })),
    ]),
  ]);
}

function textOf(cell: Cell | null, place: Place): string {
  return cell === null ? '' : paper.cell(cell.goes, cell.tells, place);
}

import { expect, test } from '@jest/globals';
import { taskPage } from '../../../cli/format/task-page.ts';
import { taskTable } from '../../../cli/format/task-table.ts';
import { type Beside, NOTHING_BESIDE } from '../../../cli/format/task-words.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import type { Task, TaskDetail, TaskState } from '../../../machines/tasks.ts';
import { descriptionOf, summaryOf } from '../../../supervisor/task-report.ts';
import { TASK_ID, taskDetail } from '../../harness/tasks.ts';

const NOW = 3_600_000;
const PLAIN = createPaint(false);

function table(
  tasks: readonly Task[],
  width: number | null = null,
  beside: Beside = NOTHING_BESIDE,
): string {
  return taskTable(tasks, beside, { paint: PLAIN, now: NOW, width });
}

/** What is known of tasks, by id: their state, and how their texts begin. */
function outlines(known: Readonly<Record<string, readonly [TaskState, string]>>): Beside {
  const all = Object.entries(known).map(([id, [state, begin]]) => [id, { state, begin }] as const);
  return { ...NOTHING_BESIDE, outlines: new Map(all) };
}

const ASKING: Beside = { ...NOTHING_BESIDE, asking: new Map([[TASK_ID, 'ccl-auto-11']]) };

function page(overrides: Partial<TaskDetail>, beside: Beside = NOTHING_BESIDE): string {
  return taskPage(taskDetail(overrides), { accounts: [], ...beside }, { paint: PLAIN, now: NOW });
}

test('a task is a row, from the newest thing that happened to it', () => {
  const running = taskDetail({
    key: 'nightly',
    state: 'running',
    priority: 'high',
    attempts: 2,
    session: 'ccl-auto-11',
    startedAt: NOW - 300_000,
  });
  expect(table([taskDetail(), running])).toBe(
    `TASK                          STATE    SINCE   SESSION      TRIES  PRIORITY  KEY      PROJECT        WHAT
${TASK_ID}  queued   1h ago               0      default            /home/op/work
${TASK_ID}  running  5m ago  ccl-auto-11  2      high      nightly  /home/op/work`,
  );
});

test.each([
  [{ state: 'blocked', dependsOn: ['t_A', 't_B'] }, 'waits for t_A t_B'],
  [{ state: 'queued', notBefore: NOW + 600_000 }, 'begins in 10m'],
  [{ state: 'queued', notBefore: NOW - 1 }, '/home/op/work'],
  [
    { state: 'queued', notBefore: NOW + 30_000, error: 'turn failed' },
    'begins in 30s; turn failed',
  ],
  [{ state: 'done', result: 'All green.\nMore.', error: 'once' }, '  All green.'],
  [{ state: 'dead', error: 'it kills\nits agent' }, '  it kills'],
] as const)('%j ends with its note: %s', (overrides, note) => {
  const [, row = ''] = table([taskDetail(overrides)]).split('\n');
  expect(row.endsWith(note)).toBe(true);
});

test.each([
  [
    [
      ['t_A', 'done'],
      ['t_B', 'queued'],
    ],
    'waits for t_B',
  ],
  [
    [
      ['t_A', 'dead'],
      ['t_B', 'queued'],
    ],
    'waits for a dead one: task retry t_A',
  ],
  [
    [
      ['t_A', 'done'],
      ['t_B', 'cancelled'],
    ],
    'waits for a cancelled one: task retry t_B',
  ],
  [
    [
      ['t_A', 'dead'],
      ['t_B', 'dead'],
    ],
    'waits for dead or cancelled ones: task retry t_A t_B',
  ],
] as const)('a blocked one beside %j says: %s', (states, note) => {
  const known = states.map(([id, state]) => [id, [state, 'x']] as const);
  const task = taskDetail({ state: 'blocked', dependsOn: ['t_A', 't_B'] });
  const shown = table([task], null, outlines(Object.fromEntries(known)));
  expect(shown.endsWith(`  ${note}`)).toBe(true);
});

test('a page says of those that it waits for how they stand, and what to do about a dead one', () => {
  const known = outlines({ t_A: ['dead', 'x'], t_B: ['done', 'x'] });
  expect(page({ dependsOn: ['t_A', 't_B', 't_C'] }, known)).toContain(
    'depends on    t_A (dead: task retry t_A), t_B (done), t_C\n',
  );
});

test('that its agent asks a person is said of a task that runs, and of no other', () => {
  const note = 'waits for a person: session attach ccl-auto-11';
  expect(table([taskDetail({ state: 'running' })], null, ASKING)).toContain(note);
  expect(page({ state: 'running' }, ASKING)).toContain(`waits         ${note}`);
  expect(table([taskDetail({ state: 'queued' })], null, ASKING)).not.toContain(note);
});

function titled(begin: string, task: Partial<Task>, width: number | null = null): string {
  const beside = outlines({ [TASK_ID]: ['done', begin] });
  return table([taskDetail(task)], width, beside).split('\n')[1] ?? '';
}

test('what a task is stands before what there is to note of it', () => {
  expect(titled('\n\n  Fix\tthe  build \nand more', {})).toMatch(/ {2}Fix the build$/);
  expect(titled('Fix it', { state: 'done', result: 'All green.' })).toMatch(
    / {2}Fix it · All green\.$/,
  );
});

test('title and note are one short line each, also where lines may be long', () => {
  const row = titled('é'.repeat(300), { state: 'done', result: `DEMO: ${'r'.repeat(300)}` });
  expect(row).toMatch(/ {2}é{79}… · DEMO: r{73}…$/);
});

test.each([
  ['a'.repeat(70), 'r'.repeat(70), / {2}a+… · r+…$/],
  ['a'.repeat(70), 'green', / {2}a{15,}… · green$/],
  ['short', 'r'.repeat(70), / {2}short · r{15,}…$/],
])('in 80 columns %s with %s: neither takes all of the room', (begin, result, shown) => {
  const row = titled(begin, { state: 'done', result }, 80);
  expect(row).toMatch(shown);
  expect(row.length).toBeLessThanOrEqual(80);
});

test('no character is cut in two', () => {
  for (const width of [76, 77, 78, 79]) {
    expect(titled('😀'.repeat(79), {}, width)).not.toMatch(/\p{Surrogate}/u);
  }
});

test('one that is asked to end says so', () => {
  const task = taskDetail({ state: 'running', cancelRequested: true });
  expect(table([task])).toContain('running, to be cancelled');
});

const HOSTILE = 'a\u001b[2Jb\rc\u009bd\u202ee';
const SHOWN = 'a\\u001b[2Jb\\rc\\u009bd\\u202ee';

test('whatever a task holds stays on its row and moves no cursor', () => {
  const held = { key: HOSTILE, project: HOSTILE, session: HOSTILE, error: HOSTILE };
  const text = table([taskDetail({ ...held, state: 'dead' })]);
  expect(text.split(SHOWN)).toHaveLength(5);
  expect(text.split('\n')).toHaveLength(2);
  expect(text.replace('\n', '')).not.toMatch(/\p{Cc}/u);
});

test.each([80, 100, 60])('in %i columns no row wraps, and id and state are told', (width) => {
  const long = taskDetail({ project: `/${'p'.repeat(90)}`, state: 'dead', error: 'e'.repeat(90) });
  for (const row of table([long], width).split('\n')) expect(row.length).toBeLessThanOrEqual(width);
  expect(table([long], width)).toMatch(new RegExp(`${TASK_ID} {2}dead .*e…$`));
});

test('a page tells what is known, and leaves out what is not', () => {
  expect(page({})).toBe(`${TASK_ID}  queued for 1h

  project       /home/op/work
  priority      default
  attempts      0
  accepted      1h ago (1970-01-01T00:00:00.000Z)

its text:
  │ Fix the build`);
});

test('a page tells everything of a task that has been through much', () => {
  const task = page({
    state: 'done',
    key: 'nightly',
    dependsOn: ['t_A'],
    notBefore: 60_000,
    session: 'ccl-auto-11',
    attempts: 2,
    conversation: '0eee75cb',
    startedAt: NOW - 120_000,
    endedAt: NOW - 5000,
    text: 'one\n\n\ttwo\n',
    result: 'All green.',
    error: 'the agent ended',
    history: [
      { at: NOW - 120_000, event: 'dispatched', facts: { session: 'ccl-auto-11' } },
      { at: NOW - 5000, event: 'completed', facts: {} },
    ],
  });
  expect(task).toBe(`${TASK_ID}  done for 5s

  key           nightly
  project       /home/op/work
  priority      default
  depends on    t_A
  not before    1970-01-01T00:01:00.000Z
  session       ccl-auto-11
  attempts      2
  conversation  0eee75cb
  accepted      1h ago (1970-01-01T00:00:00.000Z)
  started       2m ago (1970-01-01T00:58:00.000Z)
  ended         5s ago (1970-01-01T00:59:55.000Z)
  error         the agent ended

its text:
  │ one
  │ 
  │     two

its result:
  │ All green.

history, newest last:
  1970-01-01T00:58:00.000Z    2m ago  dispatched: session ccl-auto-11
  1970-01-01T00:59:55.000Z    5s ago  completed`);
});

test('a page tells on which accounts the task ran, and for how long', () => {
  const accounts = [
    {
      account: 'compte1',
      session: 'ccl-auto-11',
      from: '1970-01-01T00:10:00.000Z',
      until: '1970-01-01T00:13:00.000Z',
    },
    { account: 'compte2', session: 'ccl-auto-11', from: '1970-01-01T00:13:04.000Z', until: null },
  ];
  const task = taskDetail({ state: 'running', session: 'ccl-auto-11' });
  expect(taskPage(task, { ...NOTHING_BESIDE, accounts }, { paint: PLAIN, now: NOW })).toContain(`
  session       ccl-auto-11
  account       compte1 in ccl-auto-11 for 3m, from 1970-01-01T00:10:00.000Z
  account       compte2 in ccl-auto-11 now, from 1970-01-01T00:13:04.000Z
`);
});

test('whatever a page shows moves no cursor', () => {
  const text = page({
    ...{ key: HOSTILE, project: HOSTILE, session: HOSTILE, conversation: HOSTILE, error: HOSTILE },
    ...{ text: `${HOSTILE}\nx`, result: HOSTILE, dependsOn: [HOSTILE] },
    history: [{ at: 0, event: HOSTILE, facts: { [HOSTILE]: HOSTILE } }],
  });
  expect(text.split(SHOWN)).toHaveLength(12);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('of a very long text the beginning is shown, and how much more there is', () => {
  const text = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n');
  expect(page({ text })).toMatch(/│ line 199\n {2}and 300 lines more \(--json has all\)$/);
});

test('a program is told times in UTC, null for what is absent, and no more than the contract', () => {
  const task = taskDetail({ startedAt: 1000, history: [{ at: 0, event: 'accepted', facts: {} }] });
  const summary = {
    ...{ id: TASK_ID, key: null, state: 'queued', project: '/home/op/work', priority: 'default' },
    ...{ attempts: 0, session: null, conversation: null },
    createdAt: '1970-01-01T00:00:00.000Z',
    startedAt: '1970-01-01T00:00:01.000Z',
    ...{ endedAt: null, result: null, error: null },
  };
  expect(summaryOf(task)).toEqual(summary);
  const run = { account: 'compte1', session: 'ccl-auto-11', from: '1970', until: null };
  expect(descriptionOf(task, [run])).toEqual({
    ...summary,
    text: 'Fix the build',
    accounts: [run],
    history: [{ at: '1970-01-01T00:00:00.000Z', event: 'accepted', facts: {} }],
  });
});

import { expect, test } from '@jest/globals';
import type { Presence } from '../../../machines/ports.ts';
import type { ReadyTask } from '../../../machines/tasks.ts';
import { type Candidate, type DispatchFacts, planDispatch } from '../../../supervisor/dispatch.ts';

const NOW = 1_700_000_000_000;
const NOBODY: Presence = { lastActiveAt: null, inMode: false, hasDraft: false };

/** A session that is free, has idled for a while and has worked in its conversation before. */
function session(name: string, overrides: Partial<Candidate> = {}): Candidate {
  return {
    name,
    kind: 'autonomous',
    isFree: true,
    isNearlyUsed: false,
    conversation: `conversation of ${name}`,
    hasTranscript: true,
    workdir: '/work',
    since: NOW - 1000,
    ...overrides,
  };
}

function task(id: string, overrides: Partial<ReadyTask> = {}): ReadyTask {
  const is = {
    project: '/work',
    priority: 'default',
    conversation: null,
    isAnnounced: true,
  } as const;
  return { id, ...is, ...overrides };
}

function plan(facts: Partial<DispatchFacts> & Pick<DispatchFacts, 'sessions' | 'tasks'>) {
  const away = new Map(facts.sessions.map(({ name }) => [name, NOBODY]));
  const { assignments, lookAgainAt } = planDispatch({ presence: away, now: NOW, ...facts });
  return { given: assignments.map((one) => [one.session, one.task.id]), lookAgainAt };
}

const at = (name: string, overrides: Partial<Presence>) =>
  new Map([[name, { ...NOBODY, ...overrides }]]);

test('tasks go out best first, one to each session, until no session is left', () => {
  const sessions = [session('a'), session('b', { since: NOW - 2000 })];
  const tasks = [task('best'), task('second'), task('third')];
  expect(plan({ sessions, tasks }).given).toEqual([
    ['b', 'best'],
    ['a', 'second'],
  ]);
});

test.each<readonly [string, Partial<Candidate>]>([
  ['is dedicated to a person', { kind: 'dedicated' }],
  ['is not free', { isFree: false }],
])('a session that %s is given nothing', (_, overrides) => {
  expect(plan({ sessions: [session('a', overrides)], tasks: [task('t')] }).given).toEqual([]);
});

test('a session on an account that is nearly used up is given a task when no other is free', () => {
  const nearly = session('nearly', { since: 0, hasTranscript: false, isNearlyUsed: true });
  const tasks = [task('t'), task('u')];
  expect(plan({ sessions: [nearly, session('other')], tasks }).given).toEqual([
    ['other', 't'],
    ['nearly', 'u'],
  ]);
  const own = task('own', { conversation: nearly.conversation });
  expect(plan({ sessions: [nearly, session('other')], tasks: [own] }).given).toEqual([
    ['nearly', 'own'],
  ]);
});

test('a session whose unused conversation is in the directory of the task is preferred to one that has idled longer', () => {
  const sessions = [
    session('longest', { since: 0 }),
    session('elsewhere', { hasTranscript: false, workdir: '/other' }),
    session('there', { hasTranscript: false }),
  ];
  expect(plan({ sessions, tasks: [task('t')] }).given).toEqual([['there', 't']]);
  const begun = task('t', { conversation: 'nobody has it' });
  expect(plan({ sessions, tasks: [begun] }).given).toEqual([['longest', 't']]);
});

test('a task that has begun goes to the session that has its conversation, also when others have idled longer', () => {
  const sessions = [session('a', { since: 0 }), session('b')];
  const tasks = [task('t', { conversation: 'conversation of b' })];
  expect(plan({ sessions, tasks }).given).toEqual([['b', 't']]);
});

test.each<readonly [string, Partial<Candidate>]>([
  ['is busy', { isFree: false }],
  ['is dedicated', { kind: 'dedicated' }],
])(
  'a task that has begun waits for the session that has its conversation while that one %s',
  (_, overrides) => {
    const sessions = [session('a'), session('b', overrides)];
    const tasks = [task('t', { conversation: 'conversation of b' }), task('next')];
    expect(plan({ sessions, tasks }).given).toEqual([['a', 'next']]);
  },
);

test('a session at which a person is at work is left alone, and looked at again when they have been away for a minute', () => {
  const sessions = [session('a')];
  const tasks = [task('t')];
  const presence = at('a', { lastActiveAt: NOW - 59_000 });
  expect(plan({ sessions, tasks, presence })).toEqual({ given: [], lookAgainAt: NOW + 1000 });
  const later = plan({ sessions, tasks, presence, now: NOW + 1000 });
  expect(later).toEqual({ given: [['a', 't']], lookAgainAt: null });
});

test('a person who has left a half-typed line is waited for however long it takes', () => {
  const presence = at('a', { lastActiveAt: NOW - 600_000, hasDraft: true });
  expect(plan({ sessions: [session('a')], tasks: [task('t')], presence })).toEqual({
    given: [],
    lookAgainAt: null,
  });
});

test('a session of which nobody knows who is there is left alone', () => {
  const presence = new Map<string, Presence>();
  expect(plan({ sessions: [session('a')], tasks: [task('t')], presence }).given).toEqual([]);
});

test('nothing is looked at again for a person when every task has found a session', () => {
  const sessions = [session('a'), session('b')];
  const presence = new Map([...at('a', { lastActiveAt: NOW }), ['b', NOBODY] as const]);
  expect(plan({ sessions, tasks: [task('t')], presence })).toEqual({
    given: [['b', 't']],
    lookAgainAt: null,
  });
});

test('a session that tmux shows in copy mode is given tasks: it is left before anything is pasted', () => {
  const presence = at('a', { inMode: true });
  expect(plan({ sessions: [session('a')], tasks: [task('t')], presence }).given).toEqual([
    ['a', 't'],
  ]);
});

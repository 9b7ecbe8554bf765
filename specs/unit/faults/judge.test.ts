import { expect, test } from '@jest/globals';
import type { Evidence, TaskEvidence } from '../../faults/evidence.ts';
import { INVARIANTS, judge } from '../../faults/judge.ts';
import { MAX_ATTEMPTS } from '../../faults/plan.ts';

const FIRST = { pid: 100, startTime: '1', session: 'ccl-auto-11', conversation: 'one' };
const SECOND = { pid: 200, startTime: '2', session: 'ccl-auto-12', conversation: 'two' };
const TASK: TaskEvidence = {
  id: 't_1',
  chore: 'works',
  answers: 1,
  conversations: 1,
  saidState: 'done',
  saidAttempts: 2,
};
const DOOMED: TaskEvidence = {
  ...TASK,
  chore: 'dies early',
  answers: 0,
  conversations: 0,
  saidState: 'dead',
};

/** A round in which every promise was kept. */
const KEPT: Evidence = {
  slots: ['ccl-auto-11', 'ccl-auto-12'],
  unrest: null,
  living: [FIRST, SECOND],
  overlaps: [],
  children: [{ pid: 300, command: 'sleep', isOfTheLiving: true }],
  unread: [],
  panes: [
    { session: 'ccl-auto-11', pid: 100, isDead: false },
    { session: 'ccl-auto-12', pid: 200, isDead: false },
  ],
  servers: 1,
  tasks: [TASK, DOOMED],
  operator: { isChanged: false, disturbed: [] },
  saidSessions: [
    { name: 'ccl-auto-11', state: 'idle', reason: null, pid: 100 },
    { name: 'ccl-auto-12', state: 'idle', reason: null, pid: 200 },
  ],
  unaskedEnds: [],
  lastExit: 0,
  left: [],
};

test('a round in which every promise was kept is not blamed', () => {
  expect(judge(KEPT)).toEqual([]);
});

const BROKEN: readonly (readonly [string, keyof typeof INVARIANTS, Partial<Evidence>])[] = [
  ['it does not come to rest', 'it comes to rest', { unrest: 'waited in vain' }],
  [
    'an agent began while another had its conversation',
    'one owner',
    { overlaps: [{ first: SECOND, second: FIRST, shared: ['conversation'] }] },
  ],
  [
    'two agents live on one conversation',
    'one owner',
    { living: [FIRST, { ...SECOND, conversation: 'one' }] },
  ],
  ['a slot has no agent', 'no slot is empty', { living: [FIRST] }],
  [
    'a slot has two agents',
    'no slot is empty',
    { living: [FIRST, SECOND, { ...FIRST, pid: 101, conversation: 'three' }] },
  ],
  [
    'an agent lives in no slot',
    'no slot is empty',
    { living: [FIRST, SECOND, { ...FIRST, pid: 101, session: 'x', conversation: 'three' }] },
  ],
  [
    'an agent lives outside its pane',
    'no slot is empty',
    { panes: KEPT.panes.map((pane) => ({ ...pane, pid: pane.pid + 1 })) },
  ],
  [
    'a pane is dead',
    'no slot is empty',
    { panes: KEPT.panes.map((pane) => ({ ...pane, isDead: true })) },
  ],
  [
    'the daemon believes in another agent',
    'no slot is empty',
    { saidSessions: KEPT.saidSessions.map((said) => ({ ...said, pid: 1 })) },
  ],
  ['the daemon knows of no session', 'no slot is empty', { saidSessions: [] }],
  ['a task is lost', 'a task ends once', { tasks: [{ ...TASK, saidState: 'lost' }] }],
  ['a task was done twice', 'a task ends once', { tasks: [{ ...TASK, answers: 2 }] }],
  [
    'a task that is said to be done was not',
    'a task ends once',
    { tasks: [{ ...TASK, answers: 0 }] },
  ],
  ['two agents were asked', 'a task ends once', { tasks: [{ ...TASK, conversations: 2 }] }],
  [
    'a task is given up without need',
    'a task ends once',
    { tasks: [{ ...TASK, saidState: 'dead' }] },
  ],
  [
    'a task is tried too often',
    'a task ends once',
    { tasks: [{ ...TASK, saidAttempts: MAX_ATTEMPTS + 1 }] },
  ],
  [
    'a doomed task is said to be done',
    'a task ends once',
    { tasks: [{ ...DOOMED, saidState: 'done' }] },
  ],
  [
    'an operator’s session was changed',
    'the operator is left alone',
    { operator: { isChanged: true, disturbed: [] } },
  ],
  [
    'an operator’s session was typed into',
    'the operator is left alone',
    { operator: { isChanged: false, disturbed: ['mine'] } },
  ],
  [
    'a process outlives its agent',
    'no orphan goes on',
    { children: [{ pid: 300, command: 'sleep', isOfTheLiving: false }] },
  ],
  ['a signal is never read', 'every agent is heard', { unread: ['signals/new/1.json'] }],
  ['two servers', 'one server', { servers: 2 }],
  ['no server', 'one server', { servers: 0 }],
  ['a daemon ends by itself', 'no daemon ends unasked', { unaskedEnds: ['daemon 1 ended: 70'] }],
  ['the last daemon has to be killed', 'a daemon ends when asked', { lastExit: null }],
  ['the last daemon ends badly', 'a daemon ends when asked', { lastExit: 70 }],
  ['a file is left', 'nothing is left', { left: ['file /tmp/x'] }],
];

test.each(BROKEN)('%s: blamed as "%s"', (_, name, broken) => {
  const breaches = judge({ ...KEPT, ...broken });
  expect(breaches).not.toEqual([]);
  expect(breaches.filter((breach) => !breach.startsWith(`${name}: `))).toEqual([]);
});

test('every invariant has been seen broken', () => {
  expect([...new Set(BROKEN.map(([, name]) => name))].sort()).toEqual(
    Object.keys(INVARIANTS).sort(),
  );
});

import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../../machines/ports.ts';
import { runsOf, sessionsOfTask } from '../../../supervisor/task-runs.ts';

const TASK = 't_1';

/** What the session `a` tells at so many seconds. */
function told(second: number, event: string, facts: HistoryEntry['facts'] = {}): HistoryEntry {
  return { at: second * 1000, event, facts: { session: 'a', ...facts } };
}

const GIVEN = told(0, 'task.dispatched', { task: TASK, account: 'first' });

/** `first 0-5`: an account, and the seconds from and until which; nothing after the dash while it goes on. */
function runs(...history: readonly HistoryEntry[]): readonly string[] {
  const second = (iso: string | null) => (iso === null ? '' : Date.parse(iso) / 1000);
  return runsOf(TASK, history).map(
    ({ account, from, until }) => `${account} ${second(from)}-${second(until)}`,
  );
}

test('a task that was done where it was given ran on one account', () => {
  expect(runs(GIVEN)).toEqual(['first 0-']);
  expect(runs(GIVEN, told(5, 'task.completed', { task: TASK }))).toEqual(['first 0-5']);
});

test('a failover takes it to the next account, and one to the same account changes nothing', () => {
  const moved = told(5, 'failover.completed', { from: 'first', to: 'second' });
  expect(runs(GIVEN, moved)).toEqual(['first 0-5', 'second 5-']);
  const again = told(5, 'failover.completed', { from: 'first', to: 'first' });
  expect(runs(GIVEN, again)).toEqual(['first 0-']);
});

test('while its session is parked it runs nowhere', () => {
  const parked = told(5, 'failover.parked', { from: 'first' });
  expect(runs(GIVEN, parked)).toEqual(['first 0-5']);
  const back = told(9, 'failover.completed', { from: 'first', to: 'first' });
  expect(runs(GIVEN, parked, back)).toEqual(['first 0-5', 'first 9-']);
});

test.each(['task.completed', 'task.requeued', 'task.died', 'task.cancelled'])(
  'after %s what its session does is not about it any more',
  (event) => {
    const moved = told(7, 'failover.completed', { from: 'first', to: 'second' });
    expect(runs(GIVEN, told(5, event, { task: TASK }), moved)).toEqual(['first 0-5']);
  },
);

test('what other tasks and sessions do is not about it', () => {
  const moved = { from: 'first', to: 'second' };
  expect(
    runs(
      told(0, 'task.dispatched', { task: 't_0', account: 'first' }),
      told(1, 'failover.completed', moved),
      told(2, 'task.completed', { task: 't_0' }),
    ),
  ).toEqual([]);
  expect(runs(GIVEN, told(3, 'failover.completed', { ...moved, session: 'b' }))).toEqual([
    'first 0-',
  ]);
});

test('another task in its session shows that it has left, however', () => {
  expect(runs(GIVEN, told(4, 'task.dispatched', { task: 't_2', account: 'first' }))).toEqual([
    'first 0-4',
  ]);
});

test('a task that was given back and out again is told in order of time, whichever session is asked first', () => {
  const later = { session: 'b', task: TASK };
  expect(
    runs(
      told(10, 'task.dispatched', { ...later, account: 'second' }),
      told(12, 'task.completed', later),
      GIVEN,
      told(5, 'task.requeued', { task: TASK }),
    ),
  ).toEqual(['first 0-5', 'second 10-12']);
});

test('the sessions of a task are those that it was given to', () => {
  const history = [
    { at: 0, event: 'accepted', facts: {} },
    { at: 1, event: 'dispatched', facts: { session: 'a' } },
    { at: 2, event: 'requeued', facts: { session: 'a' } },
    { at: 3, event: 'dispatched', facts: { session: 'b' } },
    { at: 4, event: 'dispatched', facts: { session: 'a' } },
    { at: 5, event: 'dispatched', facts: {} },
  ];
  expect(sessionsOfTask({ history })).toEqual(['a', 'b']);
});

import { expect, test } from '@jest/globals';
import { createArrivals } from '../../bench/arrivals.ts';
import { monotonicMs } from '../../bench/monotonic.ts';
import { followTask } from '../../bench/tasks/delivery-trial.ts';
import type { QueueEvent } from '../../bench/tasks/queue-events.ts';

const OURS: readonly QueueEvent[] = [
  { kind: 'given', session: 'a', task: 'other' },
  { kind: 'prompted', session: 'a' },
  { kind: 'given', session: 'b', task: 'mine' },
  { kind: 'prompted', session: 'a' },
  { kind: 'prompted', session: 'b' },
  { kind: 'confirmed', session: 'a', task: 'other' },
  { kind: 'confirmed', session: 'b', task: 'mine' },
  { kind: 'ended', session: 'b' },
  { kind: 'given', session: 'b', task: 'next' },
  { kind: 'prompted', session: 'b' },
  { kind: 'prompted', session: 'a' },
];

const told = (events: readonly QueueEvent[]) => {
  const arrivals = createArrivals<QueueEvent>();
  for (const event of events) arrivals.hear(event);
  return arrivals;
};

test('a task is followed in the session that it was given to', async () => {
  const atMs = monotonicMs();
  const events = told(OURS);
  const at = (n: number) => (events.all[n]?.atMs ?? Number.NaN) - atMs;
  expect(await followTask(events, { task: 'mine', atMs }, { confirms: true })).toEqual({
    ...{ givenMs: at(2), promptedMs: at(4), confirmedMs: at(6) },
  });
});

test('of a way that never confirms nothing of the kind is waited for', async () => {
  const events = told(OURS.filter(({ kind }) => kind !== 'confirmed'));
  const added = { task: 'mine', atMs: 0 };
  expect(await followTask(events, added, { confirms: false })).toMatchObject({ confirmedMs: null });
});

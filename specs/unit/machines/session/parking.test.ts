import { expect, test } from '@jest/globals';
import { startLimited, startRunning } from '../../../harness/session-tasks.ts';
import { refusal, startTestSession, TASK } from '../../../harness/test-session.ts';

const CANCELLED = { kind: 'cancelled' };

test('to park ends the agent, and keeps the task and its conversation', async () => {
  const t = await startLimited();
  const { previous, conversation } = t.context();
  t.park();
  expect(t.value()).toEqual({ working: { moving: 'ending' } });
  expect(t.snapshot().hasTag('launching')).toBe(true);
  expect(t.endings.asked).toEqual([previous]);
  await t.settle();
  expect(t.value()).toEqual({ working: 'parked' });
  expect(t.context()).toMatchObject({ previous: null, conversation, task: { id: TASK } });
  expect(t.facts()).toMatchObject({ agent: null, previous: null, trouble: { isOver: false } });
  t.pass(86_400_000);
  expect(t.value()).toEqual({ working: 'parked' });
});

test('without a task an agent that is still there is ended as well', async () => {
  const t = await startLimited();
  const { previous } = t.context();
  t.ends();
  expect(t.value()).toEqual({ idle: { moving: 'awaiting' } });
  t.park();
  expect(t.value()).toEqual({ idle: { moving: 'ending' } });
  expect(t.snapshot().hasTag('launching')).toBe(true);
  expect(t.endings.asked).toEqual([previous]);
  await t.settle();
  expect(t.value()).toEqual({ idle: 'parked' });
});

test('from there it moves to the account that it is told', async () => {
  const t = await startLimited();
  t.park();
  await t.settle();
  t.move('second');
  expect(t.launches.asked.at(-1)).toMatchObject({
    facts: { account: 'second' },
    previous: null,
    reason: 'failover',
    task: { id: TASK },
  });
  await t.settle();
  t.says('idle');
  t.prompted();
  expect(t.news().at(-1)).toMatchObject({ kind: 'confirmed', counts: false });
});

test('without an agent it is parked at once', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  await t.settle();
  t.park();
  expect(t.value()).toEqual({ idle: 'parked' });
  expect(t.endings.asked).toEqual([]);
});

test('an order to park takes the place of one to go elsewhere', async () => {
  const t = await startLimited();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.move('second');
  await t.settle();
  t.park();
  expect(t.where()).toBe('moving.ending');
  expect(t.context()).toMatchObject({ account: 'first', movingFrom: null });
  await t.settle();
  expect(t.where()).toBe('parked');
});

test('an agent that will not end fails its session; the task waits for its end', async () => {
  const t = await startLimited();
  t.endings.next.push(refusal('AGENT_WILL_NOT_DIE'));
  t.park();
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.context().task?.id).toBe(TASK);
  t.gone.answer();
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'returned' });
});

test('what else keeps it from being ended leaves it waiting for the next order', async () => {
  const t = await startLimited();
  const { previous } = t.context();
  t.endings.next.push(refusal('TMUX_UNREACHABLE'));
  t.park();
  await t.settle();
  expect(t.where()).toBe('moving.awaiting');
  expect(t.context()).toMatchObject({ previous, reason: 'refused: TMUX_UNREACHABLE' });
});

test('a hold that was asked for meanwhile takes hold when its agent has ended', async () => {
  const t = await startLimited();
  t.park();
  t.send({ type: 'operator.hold' });
  expect(t.where()).toBe('moving.ending');
  await t.settle();
  expect(t.value()).toEqual({ idle: 'held' });
  expect(t.context().task?.id).toBe(TASK);
  t.send({ type: 'operator.release' });
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK }, previous: null });
});

test('a cancelled task is told when its agent has ended, and needs no account for it', async () => {
  const t = await startLimited();
  const { previous } = t.context();
  t.cancel();
  expect(t.where()).toBe('moving.ending');
  expect(t.endings.asked).toEqual([previous]);
  expect(t.news()).not.toContainEqual(CANCELLED);
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.value()).toEqual({ idle: { moving: 'awaiting' } });
});

test('so is one whose session was to be restarted for it on an account that refuses', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  t.cancel();
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.endings.asked).toHaveLength(1);
  expect(t.value()).toEqual({ idle: { moving: 'awaiting' } });
});

test('one that is parked is told at once', async () => {
  const t = await startLimited();
  t.park();
  await t.settle();
  t.cancel();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.value()).toEqual({ idle: 'parked' });
});

test('an operator who has taken the agent away keeps it', async () => {
  const t = await startLimited();
  t.endings.next.push(refusal('SESSION_RENAMED'));
  t.park();
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
  expect(t.context()).toMatchObject({ task: null, previous: null });
});

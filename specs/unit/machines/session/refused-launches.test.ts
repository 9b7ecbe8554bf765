import { expect, test } from '@jest/globals';
import { startReady, startRefused, startRunning } from '../../../harness/session-tasks.ts';
import { refusal, TASK, type TestSession } from '../../../harness/test-session.ts';
import { limited } from '../../../harness/turn-failures.ts';

test.each([false, true])(
  'a restart that its account refuses leaves the agent as it was (held: %s)',
  async (isHeld) => {
    const code = 'ACCOUNT_UNAVAILABLE';
    const restart = (one: TestSession) => one.send({ type: 'operator.restart' });
    const { t, agent } = await startRefused(restart, { code, isHeld });
    expect(t.where()).toBe(isHeld ? 'held' : 'booting');
    expect(t.context()).toMatchObject({
      agent,
      previous: null,
      account: 'first',
      refusal: { account: 'first', code },
    });
  },
);

test('and whatever is decided later does not cut the turn of whoever is at work there', async () => {
  const t = await startReady();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  t.pass(3_600_000);
  t.says('busy');
  t.move('second');
  expect(t.where()).toBe('running');
  expect(t.launches.asked).toHaveLength(2);
});

test('so does one in the middle of a task, which goes on', async () => {
  const t = await startRunning();
  const { agent } = t.context();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  t.says('busy');
  expect(t.where()).toBe('running');
  expect(t.context()).toMatchObject({ agent, task: { id: TASK, confirmed: true } });
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test('a task that this agent has not got is given back', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  expect(t.where()).toBe('arriving');
  t.send({ type: 'operator.restart' });
  t.launches.answer(refusal('ACCOUNT_UNAVAILABLE'));
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: false }]);
});

test('but an agent in trouble, or that a launch may have ended, waits for an order', async () => {
  const troubled = await startReady();
  troubled.ends(limited());
  troubled.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  troubled.send({ type: 'operator.restart' });
  await troubled.settle();
  expect(troubled.where()).toBe('moving.awaiting');
  const unsure = await startReady();
  unsure.launches.next.push(refusal('TMUX_TIMED_OUT'), refusal('ACCOUNT_UNAVAILABLE'));
  unsure.send({ type: 'operator.restart' });
  await unsure.settle();
  // What is forgiven brings no agent back.
  unsure.send({ type: 'operator.reset' });
  await unsure.settle();
  expect(unsure.where()).toBe('moving.awaiting');
});

test('a healthy session stays where it is when the account refuses to which it was to go', async () => {
  const t = await startReady();
  const { agent } = t.context();
  t.launches.next.push(refusal('ACCOUNT_QUARANTINED'));
  t.move('second');
  await t.settle();
  expect(t.context()).toMatchObject({
    agent,
    account: 'first',
    movingFrom: null,
    refusal: { account: 'second', code: 'ACCOUNT_QUARANTINED' },
  });
  t.says('idle');
  expect(t.where()).toBe('ready');
  t.move('third');
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'move', facts: { account: 'third' } });
});

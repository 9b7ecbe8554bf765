import { expect, test } from '@jest/globals';
import type { SessionInput } from '../../../../machines/session/types.ts';
import {
  startAwaiting,
  startLimited,
  startReady,
  startRefused,
  startRunning,
} from '../../../harness/session-tasks.ts';
import { identity, refusal, startTestSession, TASK } from '../../../harness/test-session.ts';
import { limited } from '../../../harness/turn-failures.ts';

test('an order to go elsewhere ends the old agent and goes on with the task in its conversation', async () => {
  const t = await startLimited();
  const { previous, conversation } = t.context();
  t.move('second');
  expect(t.value()).toEqual({ working: { moving: 'launching' } });
  expect(t.snapshot().hasTag('launching')).toBe(true);
  expect(t.context().movingFrom).toBe('first');
  expect(t.launches.asked.at(-1)).toMatchObject({
    facts: { account: 'second', conversation },
    previous,
    reason: 'failover',
    task: { id: TASK, conversation },
  });
  await t.settle();
  expect(t.where()).toBe('coming');
  expect(t.context()).toMatchObject({
    account: 'second',
    movingFrom: null,
    previous: null,
    refusal: null,
    trouble: { isOver: true },
  });
});

test('that is no attempt, and the task ends once', async () => {
  const t = await startLimited();
  t.move();
  await t.settle();
  t.says('idle');
  t.prompted();
  t.says('busy');
  t.ends();
  expect(t.news()).toMatchObject([
    { kind: 'confirmed', counts: true },
    { kind: 'confirmed', counts: false },
    { kind: 'completed' },
  ]);
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('its own account is an account like another: it may be usable again', async () => {
  const t = await startLimited();
  t.move('first');
  expect(t.launches.asked.at(-1)).toMatchObject({
    facts: { account: 'first' },
    reason: 'failover',
  });
  await t.settle();
  expect(t.where()).toBe('coming');
});

test('a healthy session without a task goes with its conversation, without a prompt', async () => {
  const t = await startReady();
  const { agent, conversation } = t.context();
  t.move('second');
  expect(t.value()).toEqual({ idle: { moving: 'launching' } });
  expect(t.launches.asked.at(-1)).toMatchObject({
    facts: { account: 'second', conversation },
    previous: agent,
    reason: 'move',
    task: null,
  });
  await t.settle();
  expect(t.where()).toBe('booting');
});

test.each([false, true])(
  'one at which somebody is at work stays where it is (held: %s)',
  async (isHeld) => {
    const code = 'DELIVERY_POSTPONED';
    const { t, agent } = await startRefused((one) => one.move('second'), { code, isHeld });
    expect(t.where()).toBe(isHeld ? 'held' : 'booting');
    expect(t.context()).toMatchObject({
      agent,
      previous: null,
      account: 'first',
      movingFrom: null,
      refusal: { account: 'second', code },
    });
  },
);

test("one in trouble has nothing healthy to be left alone: at its prompt, or at its client's dialog", async () => {
  for (const status of ['idle', 'waiting'] as const) {
    const t = await startReady();
    t.ends(limited());
    t.says(status);
    t.move('second');
    expect(t.value()).toEqual({ idle: { moving: 'launching' } });
    expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'failover', task: null });
  }
});

test('nothing healthy is cut short: an order comes to nothing in the middle of a turn', async () => {
  const t = await startReady();
  t.says('busy');
  t.move();
  t.ends(limited());
  t.move();
  expect(t.where()).toBe('running');
  t.says('waiting');
  t.prompted({ task: null });
  t.move();
  expect(t.where()).toBe('waiting');
  const working = await startRunning();
  working.move();
  expect(working.where()).toBe('running');
});

test.each(['ACCOUNT_UNAVAILABLE', 'ACCOUNT_QUARANTINED'] as const)(
  'an account that refuses (%s) leaves all as it was, and the next order is waited for',
  async (code) => {
    const t = await startLimited();
    const { previous } = t.context();
    t.launches.next.push(refusal(code));
    t.move('second');
    await t.settle();
    expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
    expect(t.context()).toMatchObject({
      account: 'first',
      movingFrom: null,
      previous,
      refusal: { account: 'second', code, message: `refused: ${code}` },
      task: { id: TASK },
    });
    expect(t.logged()).not.toContain('session.delayed');
    t.move('third');
    expect(t.context()).toMatchObject({ account: 'third', movingFrom: 'first', refusal: null });
  },
);

test('a session whose own account refuses its start waits for an order', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  await t.settle();
  expect(t.value()).toEqual({ idle: { moving: 'awaiting' } });
  expect(t.context().refusal).toMatchObject({ account: 'first', code: 'ACCOUNT_UNAVAILABLE' });
  t.pass(86_400_000);
  expect(t.launches.asked).toHaveLength(1);
  t.move('second');
  await t.settle();
  expect(t.where()).toBe('booting');
});

test('so does one whose agent has crashed: nothing is counted twice', async () => {
  const t = await startRunning();
  t.dies();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  t.pass(750);
  await t.settle();
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.context().crashTimes).toHaveLength(1);
  t.move();
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'failover', task: { id: TASK } });
});

test('a task that was leased for it stays with it, and its agent is left to whoever is at work there', async () => {
  const t = await startReady();
  const { agent } = t.context();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  t.assign();
  await t.settle();
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.context()).toMatchObject({ previous: agent, task: { id: TASK, confirmed: false } });
  expect(t.news()).toEqual([]);
  t.launches.next.push(refusal('DELIVERY_POSTPONED'));
  t.move();
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'move', task: { id: TASK } });
  await t.settle();
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: false }]);
  expect(t.context()).toMatchObject({ agent, task: null, account: 'first' });
});

test('one whose agent has crashed goes elsewhere at once, with its task or without one', async () => {
  for (const t of [await startReady(), await startRunning()]) {
    const task = t.context().task;
    t.dies();
    const { crashTimes, previous } = t.context();
    expect(t.where()).toBe('backingOff');
    t.move('second');
    expect(t.where()).toBe('moving.launching');
    expect(t.facts()?.account).toBe('first');
    expect(t.launches.asked.at(-1)).toMatchObject({
      facts: { account: 'second' },
      previous,
      reason: 'failover',
      task: task === null ? null : { id: TASK },
    });
    await t.settle();
    expect(t.where()).toBe(task === null ? 'booting' : 'coming');
    expect(t.context()).toMatchObject({ account: 'second', crashTimes });
  }
});

test('that it never came up there does not begin anew elsewhere: it still fails in the end', async () => {
  const t = await startReady();
  for (const account of ['second', 'third']) {
    t.dies();
    t.move(account);
    await t.settle();
  }
  t.dies();
  expect(t.where()).toBe('failed');
});

test('another error is tried again with the same target', async () => {
  const t = await startLimited();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.move('second');
  await t.settle();
  expect(t.value()).toEqual({ working: { moving: 'delayed' } });
  expect(t.context()).toMatchObject({ account: 'second', movingFrom: 'first' });
  expect(t.entry('session.delayed')).toMatchObject({ account: 'second', code: 'TMUX_TIMED_OUT' });
  t.pass(750);
  expect(t.where()).toBe('moving.launching');
  expect(t.launches.asked.at(-1)).toMatchObject({
    facts: { account: 'second' },
    reason: 'failover',
  });
});

test("an agent at its limit is nobody's: whatever is said of people there is tried again", async () => {
  const t = await startLimited();
  t.launches.next.push(refusal('DELIVERY_POSTPONED'));
  t.move('second');
  await t.settle();
  expect(t.where()).toBe('moving.delayed');
});

test('meanwhile another order is taken, from where it was', async () => {
  const t = await startLimited();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.move('second');
  await t.settle();
  t.move('third');
  expect(t.where()).toBe('moving.launching');
  expect(t.context()).toMatchObject({ account: 'third', movingFrom: 'first' });
});

test('a move that is hopeless fails the session', async () => {
  const t = await startLimited();
  t.launches.next.push(refusal('AGENT_WILL_NOT_DIE'));
  t.move();
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.context().movingFrom).toBeNull();
});

test('trouble that is told while a launch is under way is that of the account it comes from', async () => {
  const t = await startReady({}, { byHand: true });
  t.move('second');
  t.ends(limited('late'));
  expect(t.troubles()).toMatchObject([{ account: 'first' }]);
  expect(t.where()).toBe('moving.launching');
});

test('somebody who has the agent go on at its limit gets it back', async () => {
  const t = await startLimited();
  const { previous } = t.context();
  t.prompted({ task: null });
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ agent: previous, previous: null, trouble: { isOver: true } });
  t.says('busy');
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test('but not once its agent may have been ended', async () => {
  const t = await startLimited();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'), refusal('ACCOUNT_UNAVAILABLE'));
  t.move();
  await t.settle();
  t.pass(750);
  await t.settle();
  expect(t.where()).toBe('moving.awaiting');
  t.prompted({ task: null });
  expect(t.where()).toBe('moving.awaiting');
});

test('a turn that has ended well after all ends the task, and the session waits without it', async () => {
  const t = await startLimited();
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.value()).toEqual({ idle: { moving: 'awaiting' } });
  expect(t.context().trouble?.isOver).toBe(true);
});

test('the end of the agent that is to end is no crash', async () => {
  const t = await startLimited();
  const { previous } = t.context();
  t.dies({ pid: previous?.pid ?? 0 });
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.crashes()).toEqual([]);
});

test('a restart says nothing new while there is no account, and loses nothing', async () => {
  const t = await startLimited();
  const before = t.context();
  t.send({ type: 'operator.restart' });
  expect(t.context()).toEqual(before);
  t.send({ type: 'operator.reset' });
  expect(t.context().task?.id).toBe(TASK);
  expect(t.where()).toBe('moving.awaiting');
});

test('a hold takes hold at once, and its agent is found again as it was', async () => {
  const t = await startLimited();
  const { previous } = t.context();
  t.send({ type: 'operator.hold' });
  expect(t.value()).toEqual({ idle: 'held' });
  if (previous === null) throw new Error('nobody was to be ended');
  t.send({ type: 'agent.found', pane: { paneId: '%1', agent: previous }, mark: 'm' });
  expect(t.context()).toMatchObject({ agent: previous, trouble: { isOver: false } });
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('moving.awaiting');
});

test('an agent that nobody has told of is not the one that was in trouble', async () => {
  const t = await startLimited();
  t.send({ type: 'agent.found', pane: { paneId: '%9', agent: identity(900) }, mark: 'm' });
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ agent: identity(900), trouble: { isOver: true } });
});

test('a task cannot be taken by a session that waits for an account', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('ACCOUNT_UNAVAILABLE'));
  await t.settle();
  t.assign();
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: false }]);
});

test('a launch that finds the turn ended at a limit leaves the task for the next order', async () => {
  const t = await startAwaiting();
  t.prompted();
  t.dies();
  t.pass(750);
  expect(t.where()).toBe('recreating');
  t.launches.answer({ ...t.launches.usual(), delivery: 'none', ended: limited('unheard') });
  await t.settle();
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.troubles()).toHaveLength(1);
  expect(t.context().task).toMatchObject({ id: TASK, confirmed: true });
});

test("a person's own session at which somebody types stays where it is, though it cannot go on", async () => {
  const slot = { name: 'mine', kind: 'dedicated', index: null, workdir: '/p', account: 'first' };
  const t = startTestSession({ slot: slot as SessionInput['slot'] });
  await t.settle();
  t.says('idle', { onDisk: true });
  t.ends(limited());
  t.says('idle');
  const { agent } = t.context();
  t.launches.next.push(refusal('DELIVERY_POSTPONED'));
  t.move('second');
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'failover', isPersons: true });
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ agent, previous: null, account: 'first', movingFrom: null });
  t.says('idle');
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.context().trouble).toMatchObject({ account: 'first', isOver: false });
});

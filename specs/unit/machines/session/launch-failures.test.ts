import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../../config/errors.ts';
import { identity, paneOf, refusal, startTestSession } from '../../../harness/test-session.ts';

test.each([
  'WORKDIR_MISSING',
  'COMMAND_NOT_FOUND',
  'TRANSCRIPT_VANISHED',
  'AGENT_WILL_NOT_DIE',
] as const)('a launch that ends with %s fails at once: no retry can mend it', async (code) => {
  const t = startTestSession();
  t.launches.next.push(refusal(code));
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.facts()?.failed).toMatchObject({ code, reason: `refused: ${code}` });
  expect(t.logged()).toEqual(['session.failed']);
});

test.each(['DISK_FAILED', 'TMUX_TIMED_OUT', 'TMUX_UNREACHABLE', 'STORE_FAILED'] as const)(
  'a launch that ends with %s is tried again after a wait',
  async (code) => {
    const t = startTestSession();
    t.launches.next.push(refusal(code));
    await t.settle();
    expect(t.where()).toBe('delayed');
    expect(t.context().reason).toBe(`refused: ${code}`);
    t.pass(750);
    expect(t.where()).toBe('launching');
    await t.settle();
    expect(t.where()).toBe('booting');
    expect(t.context()).toMatchObject({ launchFailures: 0, launchFailure: null, reason: null });
  },
);

test('what is thrown without a code of ours is tried again too', async () => {
  const t = startTestSession();
  t.launches.next.push(new TypeError('a bug'));
  await t.settle();
  expect(t.where()).toBe('delayed');
  expect(t.context().launchFailure).toEqual({ code: 'INTERNAL', message: 'a bug' });
});

test("a name that another's session has blocks the slot and harms nothing", async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  await t.settle();
  expect(t.value()).toEqual({ idle: { blocked: 'waiting' } });
  expect(t.context().reason).toContain('session adopt pool-0');
  t.pass(600_000);
  expect(t.launches.asked).toHaveLength(1);
  t.send({ type: 'slot.freed' });
  expect(t.where()).toBe('launching');
  expect(t.context().reason).toBeNull();
});

test('failures in a row wait longer and longer, and have a budget of their own', async () => {
  const t = startTestSession();
  const waits: number[] = [];
  for (let failure = 1; failure <= 3; failure++) {
    t.launches.next.push(refusal('TMUX_COMMAND_FAILED'));
    await t.settle();
    waits.push(t.context().delayMs);
    if (failure <= 2) t.pass(t.context().delayMs);
  }
  expect(waits.slice(0, 2)).toEqual([750, 1500]);
  expect(t.value()).toBe('failed');
  expect(t.facts()?.failed?.code).toBe('TMUX_COMMAND_FAILED');
  expect(t.context().crashTimes).toEqual([]);
});

test.each(['TMUX_UNREACHABLE', 'TMUX_TIMED_OUT', 'STORE_FAILED', 'DISK_FAILED'] as const)(
  'however long an outage lasts (%s), no session gives up for it',
  async (code) => {
    const t = startTestSession();
    for (let failure = 1; failure <= 20; failure++) {
      t.launches.next.push(refusal(code));
      await t.settle();
      t.pass(t.context().delayMs);
    }
    await t.settle();
    expect(t.where()).toBe('booting');
    expect(t.context().launchFailures).toBe(0);
  },
);

test('a launch that succeeds gives the budget back', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'), refusal('TMUX_TIMED_OUT'));
  await t.settle();
  t.pass(750);
  await t.settle();
  t.pass(1500);
  await t.settle();
  expect(t.where()).toBe('booting');
  t.send({ type: 'operator.restart' });
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  t.send({ type: 'operator.restart' });
  expect(t.where()).toBe('launching');
});

test('a recreation that fails goes back to the back-off without another crash counted', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.pass(1000);
  await t.settle();
  expect(t.where()).toBe('backingOff');
  expect(t.context()).toMatchObject({ launchFailures: 1, crashTimes: [0] });
  t.pass(1000);
  expect(t.launches.asked[2]?.previous).toEqual(identity(101));
  await t.settle();
  expect(t.context().restarts).toBe(1);
});

test('an agent that appears while a failed launch waits is taken over', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  t.send({ type: 'agent.found', pane: paneOf(300), mark: 'm' });
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ launchFailures: 0, reason: null, agent: identity(300) });
});

test('reset after a vanished transcript may begin a fresh conversation, until a launch has succeeded', async () => {
  const t = startTestSession();
  const { conversation } = t.context();
  t.launches.next.push(refusal('TRANSCRIPT_VANISHED'), refusal('TMUX_TIMED_OUT'));
  await t.settle();
  expect(t.launches.asked.at(-1)?.anew).toBeNull();
  t.send({ type: 'operator.reset' });
  const request = t.launches.asked.at(-1);
  // It may have been put back: whether it has to, the launch sees.
  expect(request?.facts.conversation).toBe(conversation);
  expect(request?.anew?.conversation).not.toBe(conversation);
  await t.settle();
  t.pass(1000);
  expect(t.launches.asked.at(-1)?.anew).not.toBeNull();
  await t.settle();
  t.send({ type: 'operator.restart' });
  expect(t.launches.asked.at(-1)?.anew).toBeNull();
});

test('what a reset has allowed is over once an agent is found: of its conversation nobody said so', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TRANSCRIPT_VANISHED'), refusal('TMUX_TIMED_OUT'));
  await t.settle();
  t.send({ type: 'operator.reset' });
  await t.settle();
  t.send({ type: 'agent.found', pane: paneOf(300), mark: 'm' });
  t.send({ type: 'operator.restart' });
  expect(t.launches.asked.at(-1)?.anew).toBeNull();
});

test('so it is once an operator has given its session another name', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TRANSCRIPT_VANISHED'), refusal('SESSION_RENAMED'));
  await t.settle();
  t.send({ type: 'operator.reset' });
  expect(t.launches.asked.at(-1)?.anew).toMatchObject({ unless: 'onDisk' });
  await t.settle();
  expect(t.launches.asked).toHaveLength(3);
  expect(t.launches.asked.at(-1)?.anew).toBeNull();
});

test('reset after anything else goes on with the conversation', async () => {
  const t = startTestSession();
  const { conversation } = t.context();
  t.launches.next.push(refusal('COMMAND_NOT_FOUND'));
  await t.settle();
  t.send({ type: 'operator.reset' });
  expect(t.launches.asked.at(-1)).toMatchObject({ facts: { conversation }, anew: null });
});

test('an agent that would not die stays named to be ended', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.launches.next.push(new FailoverError('AGENT_WILL_NOT_DIE', 'it lives'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.value()).toBe('failed');
  t.send({ type: 'operator.reset' });
  expect(t.launches.asked.at(-1)?.previous).toEqual(identity(101));
});

test('a blocked session keeps in mind which agent of ours must end before the next one', async () => {
  const t = startTestSession();
  await t.settle();
  t.pass(30_000);
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  t.pass(1000);
  await t.settle();
  expect(t.where()).toBe('blocked');
  t.send({ type: 'slot.freed' });
  expect(t.launches.asked.at(-1)?.previous).toEqual(identity(101));
});

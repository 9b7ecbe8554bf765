import { expect, test } from '@jest/globals';
import { startReady, startRunning } from '../../../harness/session-tasks.ts';
import {
  refusal,
  startTestSession,
  TASK,
  type TestSession,
} from '../../../harness/test-session.ts';

const halt = (t: TestSession) => t.send({ type: 'pool.halted' });
const resume = (t: TestSession) => t.send({ type: 'pool.resumed' });
const DAY = 86_400_000;

/** It waits to be launched in a pool that has escalated. */
async function startHeldUp() {
  const t = startTestSession({ isPoolHalted: true });
  await t.settle();
  return t;
}

test('a session of a pool that has escalated is not launched, and says why', async () => {
  const t = await startHeldUp();
  t.jump(DAY);
  expect(t.launches.asked).toEqual([]);
  expect(t.value()).toEqual({ idle: { starting: 'delayed' } });
  expect(t.context().reason).toBe('the pool has escalated: nothing is created');
  expect(t.logged()).toEqual([]);
});

test('one that crashed keeps why, has no end to its wait, and is not said to be restarted', async () => {
  const t = await startReady();
  halt(t);
  t.dies();
  t.jump(DAY);
  expect(t.where()).toBe('backingOff');
  expect(t.context().reason).toBe('the agent was ended by SIGKILL');
  expect(t.entry('session.crashed')).toMatchObject({ delayMs: null });
  expect(t.launches.asked).toHaveLength(1);
});

test('a back-off that had begun before does not end in a launch either', async () => {
  const t = await startReady();
  t.dies();
  halt(t);
  t.jump(DAY);
  expect(t.launches.asked).toHaveLength(1);
});

test('once it is over, it is launched at once, and the log tells how long it has waited', async () => {
  const t = await startReady();
  halt(t);
  t.dies();
  t.jump(DAY);
  resume(t);
  await t.settle();
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'boot' });
  expect(t.entry('session.recreated')).toMatchObject({ delayMs: DAY });
});

test('a launch that has begun goes on: what it has started must be known', async () => {
  const t = startTestSession({}, { byHand: true });
  halt(t);
  t.launches.answer();
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.context().agent).not.toBeNull();
});

test('if it fails, it is not tried again, and not said to be', async () => {
  const t = startTestSession({}, { byHand: true });
  halt(t);
  t.launches.answer(refusal('TMUX_COMMAND_FAILED'));
  await t.settle();
  t.jump(DAY);
  expect(t.entry('session.delayed')).toMatchObject({ delayMs: null });
  expect(t.launches.asked).toHaveLength(1);
});

test('one that still waited for its turn is refused, which counts as no failure', async () => {
  const t = startTestSession({}, { byHand: true });
  expect(t.launches.asked).toMatchObject([{ goesAhead: false }]);
  halt(t);
  t.launches.answer(refusal('POOL_ESCALATED'));
  await t.settle();
  expect(t.where()).toBe('delayed');
  expect(t.context()).toMatchObject({ launchFailures: 0, launchFailure: null });
  expect(t.entry('session.delayed')).toMatchObject({ code: 'POOL_ESCALATED', attempt: 0 });
  resume(t);
  expect(t.launches.asked).toHaveLength(2);
});

test('a launch that an operator asked for goes ahead, also when its turn comes after the escalation', async () => {
  const t = await startReady();
  t.send({ type: 'operator.restart' });
  expect(t.launches.asked.at(-1)).toMatchObject({ goesAhead: true });
});

test.each(['restart', 'reset'] as const)(
  'an operator who says %s has this one launched, once',
  async (verb) => {
    const t = await startHeldUp();
    t.send({ type: `operator.${verb}` });
    await t.settle();
    expect(t.where()).toBe('booting');
    t.dies();
    t.jump(DAY);
    expect(t.launches.asked).toHaveLength(1);
    expect(t.where()).toBe('backingOff');
  },
);

test('so does the end of a hold', async () => {
  const t = await startHeldUp();
  t.send({ type: 'operator.hold' });
  expect(t.where()).toBe('held');
  t.send({ type: 'operator.release' });
  await t.settle();
  expect(t.where()).toBe('booting');
});

test('a hold that waits to take effect wins over the wait for the pool', async () => {
  const t = startTestSession({}, { byHand: true });
  t.send({ type: 'operator.hold' });
  halt(t);
  t.launches.answer(refusal('SESSION_RENAMED'));
  await t.settle();
  expect(t.where()).toBe('held');
  resume(t);
  expect(t.launches.asked).toHaveLength(1);
});

test('a turn that runs goes on, with its task, and ends as ever', async () => {
  const t = await startRunning();
  halt(t);
  t.jump(60_000);
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('whoever cancels a task has its agent replaced, as an operator asks for it', async () => {
  const t = await startRunning();
  halt(t);
  t.cancel(TASK);
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'cancelled' });
  expect(t.where()).toBe('booting');
});

test('a session that is renamed is left to its operator, and its slot is not filled', async () => {
  const t = await startReady();
  halt(t);
  const { agent } = t.context();
  if (agent !== null) t.send({ type: 'session.renamed', to: 'mine', agent });
  t.jump(DAY);
  expect(t.where()).toBe('delayed');
  expect(t.launches.asked).toHaveLength(1);
});

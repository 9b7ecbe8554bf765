import { expect, test } from '@jest/globals';
import type { SessionFacts } from '../../../../machines/ports.ts';
import { startHolding, startReady, startRunning } from '../../../harness/session-tasks.ts';
import {
  identity,
  refusal,
  startTestSession,
  TASK,
  type TestSession,
} from '../../../harness/test-session.ts';

const VANISHED = { cause: { kind: 'vanished' } } as const;

async function recreate(t: TestSession): Promise<void> {
  t.pass(5000);
  await t.settle();
}

/** The session of a running task was killed, and somebody made another one of its name. */
async function startBlocked(): Promise<TestSession> {
  const t = await startRunning();
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  t.dies(VANISHED);
  await recreate(t);
  expect(t.value()).toEqual({ idle: { blocked: 'waiting' } });
  return t;
}

test('a task whose session was killed, and its name taken, is given back once its agent is gone', async () => {
  const t = await startBlocked();
  expect(t.news()).toHaveLength(1);
  expect(t.gone.asked).toEqual([identity(102)]);
  const { conversation } = t.context();
  t.gone.answer();
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'returned', undelivered: false });
  expect(t.context()).toMatchObject({ task: null, previous: null });
  expect(t.facts()).toMatchObject({ previous: null });
  expect(t.context().conversation).not.toBe(conversation);
  expect(t.value()).toEqual({ idle: { blocked: 'waiting' } });
});

test('an adoption that is refused meanwhile does not end the wait for that', async () => {
  const t = await startBlocked();
  t.adoptions.next.push(refusal('CONFLICT'));
  t.send({ type: 'operator.adopt', restart: false });
  await t.settle();
  expect(t.gone.asked).toHaveLength(2);
  t.gone.answer();
  await t.settle();
  expect(t.context().task).toBeNull();
});

test('a task of a session that vanished too often is given back once its last agent is gone', async () => {
  const t = await startRunning(
    {},
    { tasks: { ...startTestSession().context().tasks, maxAttempts: 9 } },
  );
  for (let crash = 1; crash <= 3; crash += 1) {
    t.dies(VANISHED);
    await recreate(t);
    if (crash === 3) break;
    t.says('idle');
    t.prompted();
  }
  expect(t.value()).toBe('failed');
  expect(t.context().task?.id).toBe(TASK);
  t.gone.answer();
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'returned' });
  expect(t.value()).toBe('failed');
});

test.each(['failed', 'blocked'] as const)(
  'a daemon killed before a session %s gave its task back leaves that to the next one',
  async (kind) => {
    const facts = { ...startTestSession().facts(), previous: identity(7) } as SessionFacts;
    const t = await startHolding({ confirmed: true }, { start: { kind }, facts });
    expect(t.news()).toEqual([]);
    expect(t.gone.asked).toEqual([identity(7)]);
    t.gone.answer();
    await t.settle();
    expect(t.news()).toMatchObject([{ kind: 'returned' }]);
  },
);

test('a task that an unseen agent may have is not given back for the end of another', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  for (let failure = 0; failure < 3; failure += 1) {
    t.launches.answer(refusal('TMUX_COMMAND_FAILED'));
    await t.settle();
    await recreate(t);
  }
  expect(t.value()).toBe('failed');
  expect(t.context()).toMatchObject({ task: { id: TASK }, previous: identity(101) });
  expect(t.gone.asked).toEqual([]);
});

const LATE = { startTimeoutMs: 2000 } as const;

/** A session that was given up as no agent of it came to its prompt, the last one with its task. */
async function startNeverReady() {
  const t = await startReady(LATE);
  t.assign();
  for (let start = 0; start < 3; start += 1) {
    await t.settle();
    t.pass(2000);
    t.pass(5000);
  }
  expect(t.value()).toBe('failed');
  return t;
}

test('the last of the agents that never came to their prompt is ended, and its task goes back as undelivered', async () => {
  const t = await startNeverReady();
  const last = t.launches.asked.length + 100;
  expect(t.endings.asked).toEqual([identity(last)]);
  expect(t.news()).toEqual([]);
  t.gone.answer();
  await t.settle();
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: true }]);
  expect(t.value()).toBe('failed');
});

test('if it cannot be ended, its end is waited for', async () => {
  const t = await startReady(LATE);
  t.endings.next.push(refusal('AGENT_WILL_NOT_DIE'));
  t.assign();
  for (let start = 0; start < 3; start += 1) {
    await t.settle();
    t.pass(2000);
    t.pass(5000);
  }
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.news()).toEqual([]);
  t.gone.answer();
  await t.settle();
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: true }]);
});

test('without a task an agent that never came to its prompt is left for whoever wants to look at it', async () => {
  const t = startTestSession(LATE);
  for (let start = 0; start < 3; start += 1) {
    await t.settle();
    t.pass(2000);
    t.pass(5000);
  }
  expect(t.value()).toBe('failed');
  expect(t.endings.asked).toEqual([null]);
});

test('a session that was given up for its launch ends nobody', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer(refusal('AGENT_WILL_NOT_DIE'));
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.endings.asked).toEqual([null]);
});

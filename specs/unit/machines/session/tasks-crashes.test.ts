import { expect, test } from '@jest/globals';
import {
  startAwaiting,
  startPasted,
  startReady,
  startRunning,
} from '../../../harness/session-tasks.ts';
import { DONE, identity, refusal, TASK, type TestSession } from '../../../harness/test-session.ts';

async function recreate(t: TestSession): Promise<void> {
  t.pass(5000);
  await t.settle();
}

test('a task whose agent dies goes on in its conversation, in the agent that follows', async () => {
  const t = await startRunning();
  const { conversation } = t.context();
  t.dies();
  expect(t.where()).toBe('backingOff');
  expect(t.entry('session.crashed')).toMatchObject({ task: TASK });
  expect(t.context().task).toMatchObject({ id: TASK, conversation });
  await recreate(t);
  expect(t.launches.asked.at(-1)).toMatchObject({
    task: { id: TASK, conversation, confirmed: true },
    previous: identity(102),
    reason: 'crash',
  });
  expect(t.entry('session.recreated')).toMatchObject({ task: TASK, attempt: 1 });
  expect(t.where()).toBe('coming');
});

test('the prompt that it is resumed with is to be confirmed anew, and counts as an attempt', async () => {
  const t = await startRunning();
  t.dies();
  await recreate(t);
  t.says('idle');
  expect(t.context().task).toMatchObject({ confirmed: false, attempts: 1 });
  t.prompted();
  expect(t.news()).toMatchObject([
    { kind: 'confirmed', counts: true },
    { kind: 'confirmed', counts: true },
  ]);
  expect(t.context().task).toMatchObject({ confirmed: true, attempts: 2 });
});

test('a task that has killed its agent in every attempt is given up, and its session lives on without it', async () => {
  const t = await startRunning({ attempts: 1, conversation: 'begun' });
  t.dies({ cause: { kind: 'signal', signal: 11 } });
  expect(t.news().at(-1)).toEqual({
    kind: 'failed',
    error: 'the agent was ended by SIGSEGV, in its attempt 2',
    retryable: false,
  });
  expect(t.entry('session.crashed')).toMatchObject({ task: TASK, conversation: 'begun' });
  expect(t.context()).toMatchObject({ task: null, workdir: '/work', hasTranscript: false });
  expect(t.context().conversation).not.toBe('begun');
  await recreate(t);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, facts: { workdir: '/work' } });
  expect(t.where()).toBe('booting');
});

test('an agent that may have outlived its pane is ended before such a task is told dead', async () => {
  const t = await startRunning({ attempts: 1, conversation: 'begun' });
  t.dies({ cause: { kind: 'vanished' } });
  expect(t.news()).toHaveLength(1);
  t.pass(1000);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: identity(102) });
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
  expect(t.context().task).toBeNull();
});

test('a crash before the prompt was taken is not the last attempt', async () => {
  const t = await startAwaiting({ attempts: 5 });
  t.dies();
  expect(t.news()).toEqual([]);
  await recreate(t);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK } });
});

/** Crashes alone do not end the patience with a session. */
const PATIENT = {
  restart: {
    intensity: 100,
    periodMs: 600_000,
    poolIntensity: 50,
    backoffInitialMs: 10,
    backoffFactor: 1,
    backoffMaxMs: 10,
    stableAfterMs: 60_000,
  },
};

test('a prompt that ends three agents in a row before they take it is given back for others to try, and its session lives on', async () => {
  const t = await startAwaiting({}, PATIENT);
  for (const isLast of [false, false, true]) {
    t.dies();
    expect(t.context().task === null).toBe(isLast);
    await recreate(t);
  }
  expect(t.news()).toEqual([
    {
      kind: 'returned',
      reason:
        '3 agents in a row have ended with its prompt before they took it; the last: the agent was ended by SIGKILL',
      undelivered: true,
    },
  ]);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, facts: { workdir: '/work' } });
  expect(t.where()).toBe('booting');
});

test('an agent that takes the prompt sets that count back, and so does a session reset', async () => {
  for (const setBack of [
    (t: TestSession) => t.prompted(),
    (t: TestSession) => t.send({ type: 'operator.reset' }),
  ]) {
    const t = await startAwaiting({ attempts: -5 }, PATIENT);
    for (let death = 0; death < 2; death++) {
      t.dies();
      await recreate(t);
    }
    setBack(t);
    for (let death = 0; death < 3; death++) {
      expect(t.context().task).not.toBeNull();
      t.dies();
      await recreate(t);
    }
  }
});

test('a server that is lost, and a start that took too long, say nothing of the prompt', async () => {
  for (const kind of ['server_lost', 'not_ready'] as const) {
    const t = await startAwaiting({}, PATIENT);
    for (let death = 0; death < 3; death++) {
      t.dies({ cause: { kind } });
      await recreate(t);
    }
    expect(t.context().task).not.toBeNull();
  }
});

test('a prompt that was pasted goes as an argument of the agent that follows', async () => {
  const t = await startPasted();
  t.dies();
  await recreate(t);
  t.says('idle');
  t.pass(5000);
  await t.settle();
  expect(t.presses.asked).toEqual([]);
});

test('the signals of an agent that has died meanwhile still count', async () => {
  const t = await startAwaiting();
  t.dies();
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.where()).toBe('backingOff');
  await recreate(t);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null });
  expect(t.where()).toBe('booting');
});

test('an end that is told while a launch runs is left to it: it reads the transcript itself', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.restart' });
  t.ends();
  expect(t.news()).toHaveLength(1);
  t.launches.answer({ ...t.launches.usual(), delivery: 'none', ended: DONE });
  await t.settle();
  expect(t.news().slice(1)).toEqual([{ kind: 'completed', result: 'all is done' }]);
});

test('a session that is given up gives its task back and takes another conversation', async () => {
  const t = await startRunning({}, { crashTimes: [-2, -1] });
  const { conversation } = t.context();
  t.dies();
  expect(t.value()).toBe('failed');
  expect(t.news().at(-1)).toMatchObject({ kind: 'returned', undelivered: false });
  expect(t.context().conversation).not.toBe(conversation);
  expect(t.facts()).toMatchObject({ conversation: t.context().conversation, workdir: '/work' });
  expect(t.entry('session.failed')).toMatchObject({ conversation });
});

test('a task that no agent ever took before its session was given up is suspect', async () => {
  const t = await startAwaiting({}, { crashTimes: [-2, -1] });
  t.dies();
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: true }]);
});

test('while its last agent may live, a session that is given up keeps its task; reset goes on with it', async () => {
  const t = await startRunning({}, { crashTimes: [-2, -1] });
  t.dies({ cause: { kind: 'vanished' } });
  expect(t.value()).toBe('failed');
  expect(t.news()).toHaveLength(1);
  t.send({ type: 'operator.reset' });
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK }, previous: identity(102) });
});

test('an agent that cannot start in the directory of the task is the fault of the task', async () => {
  const t = await startReady();
  t.assign();
  await t.settle();
  t.dies({ cause: { kind: 'exit', code: 113 } });
  expect(t.where()).toBe('backingOff');
  expect(t.news()).toEqual([
    {
      kind: 'failed',
      error: 'the agent cannot run in /project: the directory is gone; make it again',
      retryable: false,
    },
  ]);
  expect(t.context()).toMatchObject({ task: null, failure: null, workdir: '/work' });
});

test.each(['WORKDIR_MISSING', 'TRANSCRIPT_VANISHED', 'TASK_UNKNOWN'] as const)(
  'a launch that fails with %s fails the task for good, and the session starts without it',
  async (code) => {
    const t = await startReady({}, { byHand: true });
    t.assign();
    t.launches.answer(refusal(code));
    await t.settle();
    expect(t.news()).toEqual([{ kind: 'failed', error: `refused: ${code}`, retryable: false }]);
    expect(t.where()).toBe('launching');
    expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: identity(101) });
    t.launches.answer(refusal('WORKDIR_MISSING'));
    await t.settle();
    expect(t.value()).toBe('failed');
    expect(t.news()).toHaveLength(1);
  },
);

test('such a task is told only when the agent that it had before is gone', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('TRANSCRIPT_VANISHED'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  const [, , resumed, without] = t.launches.asked;
  expect(resumed).toMatchObject({ task: { id: TASK } });
  expect(without).toMatchObject({ task: null, previous: identity(102) });
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
});

test('a launch without its program gives the task back', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer(refusal('COMMAND_NOT_FOUND'));
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: false }]);
});

test('an agent that will not die keeps its task', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('AGENT_WILL_NOT_DIE'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.news()).toHaveLength(1);
  expect(t.context().task?.id).toBe(TASK);
});

test('a launch that fails in passing is tried again with the task', async () => {
  const t = await startReady();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.assign();
  await t.settle();
  expect(t.where()).toBe('delayed');
  t.pass(2000);
  await t.settle();
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK } });
  expect(t.where()).toBe('coming');
  expect(t.news()).toEqual([]);
});

test('a task whose session has lost its name is given back, unless an agent may have it', async () => {
  const fresh = await startReady({}, { byHand: true });
  fresh.assign();
  fresh.launches.answer(refusal('TMUX_NAME_TAKEN'));
  await fresh.settle();
  expect(fresh.where()).toBe('blocked');
  expect(fresh.news()).toMatchObject([{ kind: 'returned', undelivered: false }]);
  const begun = await startRunning();
  begun.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  begun.send({ type: 'operator.restart' });
  await begun.settle();
  expect(begun.news()).toHaveLength(1);
  begun.send({ type: 'slot.freed' });
  expect(begun.launches.asked.at(-1)).toMatchObject({ task: { id: TASK } });
});

test('a person who kills the session while the old agent ends does not make the task dead', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer(refusal('NOT_FOUND'));
  await t.settle();
  expect(t.news()).toEqual([]);
  expect(t.where()).toBe('delayed');
  t.pass(5000);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK }, previous: identity(101) });
  t.launches.answer();
  await t.settle();
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
});

test.each([[{ kind: 'signal', signal: 9 }], [{ kind: 'vanished' }]] as const)(
  'a task that kills its agent before its prompt is heard of stops at its limit (%j)',
  async (cause) => {
    const t = await startAwaiting({ attempts: 1 });
    t.dies({ cause });
    expect(t.context()).toMatchObject({ task: { attempts: 1 }, parting: null });
    t.prompted();
    await recreate(t);
    expect(t.news()).toMatchObject([
      { kind: 'confirmed', counts: true },
      { kind: 'failed', error: expect.stringContaining('in its attempt 2'), retryable: false },
    ]);
    expect(t.launches.asked.at(-1)).toMatchObject({ task: null });
    expect(t.where()).toBe('booting');
  },
);

test('an attempt that is heard of so late and is not the last one is followed by another', async () => {
  const t = await startAwaiting();
  t.dies();
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: true }]);
  await recreate(t);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK, attempts: 1 } });
});

test('one that is heard of while the next agent is to be started, which then is not, is the last one', async () => {
  const t = await startAwaiting({ attempts: 1 });
  t.launches.next.push(refusal('STORE_FAILED'));
  t.dies();
  t.jump(5000);
  expect(t.where()).toBe('recreating');
  t.prompted();
  await t.settle();
  await recreate(t);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null });
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
});

/** A session that has crashed before, with a task whose next attempt is its last one; unconfirmed. */
async function startSuspect(): Promise<TestSession> {
  const t = await startAwaiting({ attempts: 1 });
  t.dies();
  await recreate(t);
  t.says('idle');
  expect(t.context()).toMatchObject({ launchReason: 'crash', task: { confirmed: false } });
  return t;
}

test("what is heard so late after an operator's restart is no reason to give up", async () => {
  const t = await startSuspect();
  t.launches.next.push(refusal('STORE_FAILED'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.where()).toBe('delayed');
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
  expect(t.context()).toMatchObject({ task: { id: TASK }, parting: null });
});

test('nor is it in a hold', async () => {
  const t = await startSuspect();
  t.send({ type: 'operator.hold' });
  t.dies();
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
  expect(t.context()).toMatchObject({ task: { id: TASK }, parting: null });
});

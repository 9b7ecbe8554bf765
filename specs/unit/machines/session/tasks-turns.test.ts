import { expect, test } from '@jest/globals';
import { startAwaiting, startReady, startRunning } from '../../../harness/session-tasks.ts';
import { DONE, refusal, TASK } from '../../../harness/test-session.ts';
import { BROKEN, limited } from '../../../harness/turn-failures.ts';

const INTERRUPTED = { kind: 'interrupted' } as const;

test('the end of its turn ends the task, and the session is ready for the next one at once', async () => {
  const t = await startRunning();
  const { conversation } = t.context();
  t.ends();
  expect(t.news().at(-1)).toEqual({ kind: 'completed', result: 'all is done' });
  expect(t.value()).toEqual({ idle: 'ready' });
  // Known without a word of the client: its rows were written before the end was told.
  expect(t.context()).toMatchObject({ task: null, conversation, hasTranscript: true });
  t.assign({ id: 't_02' });
  expect(t.where()).toBe('relaunching');
});

test('a turn that failed fails the task, which can be tried again in its conversation', async () => {
  const t = await startRunning();
  const { conversation } = t.context();
  t.ends(BROKEN);
  expect(t.news().at(-1)).toEqual({
    kind: 'failed',
    error: `server_error: ${BROKEN.message}`,
    retryable: true,
  });
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.context()).toMatchObject({ task: null, conversation });
});

test('a turn with work left in the background is not over', async () => {
  const t = await startRunning();
  t.ends(DONE, { background: 1 });
  expect(t.context().task?.id).toBe(TASK);
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test("the end of another conversation's turn, or of one before its prompt was taken, ends no task", async () => {
  const t = await startRunning();
  t.ends(DONE, { conversation: 'theirs' });
  expect(t.context().task?.id).toBe(TASK);
  const early = await startAwaiting();
  early.ends();
  expect(early.news()).toEqual([]);
});

test('an end that is told twice ends one task once', async () => {
  const t = await startRunning();
  t.ends();
  t.ends();
  expect(t.news()).toHaveLength(2);
});

test("a person's turn begins and ends as without tasks", async () => {
  const t = await startReady();
  t.prompted({ task: null });
  t.says('busy');
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  t.ends();
  t.says('idle');
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.news()).toEqual([]);
});

test('idle is not the end: the signal may be on its way', async () => {
  const t = await startRunning();
  t.says('idle');
  t.pass(1900);
  t.says('idle');
  expect(t.where()).toBe('settling');
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.looks.asked).toEqual([]);
});

test('idle for longer without a signal is looked up in the transcript', async () => {
  const t = await startRunning();
  t.says('idle');
  t.looks.next.push({ prompted: true, outcome: DONE });
  t.pass(2000);
  expect(t.looks.asked).toEqual([{ conversation: t.context().conversation, task: TASK }]);
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('an agent that goes on after a pause is still at it', async () => {
  const t = await startRunning();
  t.says('idle');
  t.pass(1000);
  t.says('busy');
  t.pass(10_000);
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  expect(t.looks.asked).toEqual([]);
});

test('what cannot be read is looked up again', async () => {
  const t = await startRunning();
  t.says('idle');
  t.looks.next.push(refusal('DISK_FAILED'));
  t.pass(2000);
  await t.settle();
  expect(t.where()).toBe('settling');
  t.looks.next.push({ prompted: true, outcome: DONE });
  t.pass(2000);
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test.each([INTERRUPTED, null])(
  'a turn that a person interrupted, or of which nothing tells, waits for a person (%j)',
  async (outcome) => {
    const t = await startRunning();
    t.says('idle');
    t.looks.next.push({ prompted: true, outcome });
    t.pass(2000);
    await t.settle();
    expect(t.value()).toEqual({ working: { waiting: 'asked' } });
    expect(t.entry('task.waiting')).toEqual({
      event: 'task.waiting',
      session: 'pool-0',
      index: 0,
      task: TASK,
      waitingFor: 'interrupted',
    });
  },
);

test('an interrupted agent that says idle again and again waits as before, and says so once', async () => {
  const t = await startRunning();
  t.says('idle');
  t.pass(2000);
  await t.settle();
  const { since } = t.context();
  for (let i = 0; i < 10; i++) {
    t.pass(15_000);
    t.says('idle');
  }
  expect(t.context().since).toBe(since);
  expect(t.logged().filter((event) => event === 'task.waiting')).toHaveLength(1);
  expect(t.looks.asked).toHaveLength(1);
});

test('an agent that asks a person makes the task wait, and goes on when it was answered', async () => {
  const t = await startRunning();
  t.says('waiting', { waitingFor: 'permission prompt' });
  expect(t.entry('task.waiting')).toMatchObject({ task: TASK, waitingFor: 'permission prompt' });
  t.says('waiting', { waitingFor: 'permission prompt' });
  t.says('busy');
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.logged().filter((event) => event === 'task.waiting')).toHaveLength(1);
});

test("a dialog in a person's turn is no task's", async () => {
  const t = await startReady();
  t.says('waiting');
  t.pass(3_600_000);
  expect(t.value()).toEqual({ working: { waiting: 'asking' } });
  expect(t.looks.asked).toEqual([]);
  expect(t.logged()).not.toContain('task.waiting');
  expect(t.launches.asked).toHaveLength(1);
});

test('a refused dialog is an interruption, and an answered one that ends the turn is its end', async () => {
  const refused = await startRunning();
  refused.says('waiting');
  refused.says('idle');
  expect(refused.where()).toBe('settling');
  const answered = await startRunning();
  answered.says('waiting');
  answered.ends();
  expect(answered.value()).toEqual({ idle: 'ready' });
});

test('a dialog is looked at once: it can be how the client tells of a limit, or of a turn that ended', async () => {
  const outcomes = [limited('prompt-1', { source: 'transcript' }), DONE, null] as const;
  const comesTo = ['moving.awaiting', 'ready', 'asked'];
  for (const [i, outcome] of outcomes.entries()) {
    const t = await startRunning();
    t.looks.next.push({ prompted: true, outcome });
    t.says('waiting', { waitingFor: 'dialog open' });
    t.pass(1900);
    t.says('waiting', { waitingFor: 'dialog open' });
    expect(t.looks.asked).toEqual([]);
    t.pass(100);
    expect(t.looks.asked).toHaveLength(1);
    await t.settle();
    expect(t.where()).toBe(comesTo[i]);
    expect(t.troubles()).toHaveLength(i === 0 ? 1 : 0);
  }
});

test('and not again until its client says something else', async () => {
  const t = await startRunning();
  const look = async () => {
    t.pass(10_000);
    await t.settle();
  };
  t.says('waiting', { waitingFor: 'permission prompt' });
  await look();
  t.says('waiting', { waitingFor: 'permission prompt' });
  await look();
  expect(t.looks.asked).toHaveLength(1);
  t.says('waiting', { waitingFor: 'dialog open' });
  await look();
  expect(t.looks.asked).toHaveLength(2);
  expect(t.logged().filter((word) => word === 'task.waiting')).toHaveLength(1);
});

test('a look at a dialog that fails is tried again', async () => {
  const t = await startRunning();
  t.looks.next.push(new Error('no disk'), { prompted: true, outcome: DONE });
  t.says('waiting');
  t.pass(2000);
  await t.settle();
  expect(t.where()).toBe('waiting');
  t.pass(2000);
  await t.settle();
  expect(t.where()).toBe('ready');
});

test('when nobody answers in time the agent is ended, and then the task can be tried again', async () => {
  const t = await startRunning();
  t.says('waiting');
  t.pass(2000);
  await t.settle();
  t.pass(1_797_900);
  expect(t.where()).toBe('asked');
  t.pass(100);
  expect(t.where()).toBe('launching');
  expect(t.news()).toHaveLength(1);
  expect(t.launches.asked.at(-1)).toMatchObject({
    task: null,
    reason: 'task',
    facts: { workdir: '/work', hasTranscript: false },
  });
  await t.settle();
  expect(t.news().at(-1)).toEqual({
    kind: 'failed',
    error: 'nobody answered within 1800 s',
    retryable: true,
  });
  expect(t.context().task).toBeNull();
});

test('a person who leaves the conversation of a task keeps the agent, and the task goes on elsewhere', async () => {
  for (const status of ['busy', 'idle', 'waiting'] as const) {
    const t = await startRunning();
    t.says(status, { conversation: 'mine' });
    expect(t.news().at(-1)).toEqual({
      kind: 'returned',
      reason: 'a person left its conversation',
      undelivered: false,
    });
    expect(t.context()).toMatchObject({ task: null, conversation: 'mine' });
    expect(t.where()).toBe({ busy: 'running', idle: 'ready', waiting: 'waiting' }[status]);
    expect(t.launches.asked).toHaveLength(2);
  }
});

test('the state since when a turn runs is not that of each pause in it', async () => {
  const t = await startRunning();
  const { since } = t.context();
  t.pass(5000);
  t.says('idle');
  t.pass(500);
  t.says('busy');
  expect(t.context().since).toBe(since);
});

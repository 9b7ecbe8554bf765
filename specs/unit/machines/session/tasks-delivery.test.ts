import { expect, test } from '@jest/globals';
import { startAwaiting, startPasted, startReady } from '../../../harness/session-tasks.ts';
import { DONE, heldTask, identity, refusal, TASK } from '../../../harness/test-session.ts';
import { BROKEN } from '../../../harness/turn-failures.ts';

const LEASE = { id: TASK, fence: 1 };

test('an unused conversation in the directory of the task is given the prompt as it is', async () => {
  const t = await startReady();
  const { conversation } = t.context();
  t.assign({ project: '/work' });
  expect(t.where()).toBe('pasting');
  await t.settle();
  expect(t.pastes.asked).toEqual([
    {
      session: 'pool-0',
      agent: identity(101),
      task: heldTask({ project: '/work' }),
      conversation: t.context().conversation,
    },
  ]);
  expect(t.launches.asked).toHaveLength(1);
  expect(t.where()).toBe('atPrompt');
  t.prompted();
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  expect(t.taskReports()).toEqual([
    { session: 'pool-0', lease: LEASE, news: { kind: 'confirmed', conversation, counts: true } },
  ]);
  expect(t.context().task).toMatchObject({ conversation, attempts: 1, confirmed: true });
});

test('a task that had begun in the conversation that lives goes on there', async () => {
  const t = await startReady();
  t.says('idle', { onDisk: true });
  t.assign({ conversation: t.context().conversation });
  await t.settle();
  expect(t.pastes.asked).toHaveLength(1);
});

test.each([
  ['in another directory', {}, false],
  ['in a conversation that was used', { project: '/work' }, true],
  ['in another conversation', { project: '/work', conversation: 'theirs' }, false],
])('an agent %s is replaced by one that is started with the task', async (_, task, onDisk) => {
  const t = await startReady();
  t.says('idle', { onDisk });
  t.assign(task);
  expect(t.where()).toBe('relaunching');
  expect(t.snapshot().hasTag('launching')).toBe(true);
  expect(t.launches.asked[1]).toMatchObject({
    task: heldTask(task),
    previous: identity(101),
    reason: 'task',
  });
  await t.settle();
  expect(t.where()).toBe('coming');
  t.says('idle');
  expect(t.logged().slice(-2)).toEqual(['session.created', 'session.ready']);
  t.prompted();
  expect(t.where()).toBe('running');
  expect(t.pastes.asked).toEqual([]);
});

test('the conversation and the directory of the launch are taken over, and stored', async () => {
  const t = await startReady();
  t.says('idle', { onDisk: true });
  t.assign();
  await t.settle();
  const { newConversation } = t.launches.asked[1] ?? {};
  expect(t.context()).toMatchObject({ conversation: newConversation, workdir: '/project' });
  expect(t.facts()).toMatchObject({ conversation: newConversation, workdir: '/project' });
});

test('a prompt that is too long for an argument is pasted once the new agent is at its prompt', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  expect(t.where()).toBe('arriving');
  t.says('waiting');
  expect(t.pastes.asked).toEqual([]);
  t.says('idle');
  expect(t.where()).toBe('pasting');
  t.pastes.answer();
  await t.settle();
  expect(t.where()).toBe('atPrompt');
});

test('an agent that never comes to its prompt for such a paste has crashed, with its task', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  t.pass(30_000);
  expect(t.where()).toBe('backingOff');
  expect(t.crashes()).toMatchObject([{ cause: { kind: 'not_ready' }, state: 'working' }]);
  expect(t.entry('session.crashed')).toMatchObject({ task: TASK });
  expect(t.context().task).not.toBeNull();
});

test('one whose client comes up but not to its prompt gives the task back, as nothing was typed', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  t.says('waiting');
  t.pass(30_000);
  expect(t.where()).toBe('waiting');
  expect(t.news()).toEqual([
    { kind: 'returned', reason: 'the client was not at its prompt', undelivered: true },
  ]);
});

test('a turn that has just ended is waited out before the next task is pasted', async () => {
  const t = await startPasted();
  t.prompted();
  t.says('busy');
  t.ends();
  expect(t.value()).toEqual({ idle: 'ready' });
  t.assign({ id: 't_02', conversation: t.context().conversation });
  expect(t.where()).toBe('arriving');
  t.says('idle', { onDisk: true });
  await t.settle();
  expect(t.pastes.asked).toHaveLength(2);
});

test.each([
  ['idle', 'ready'],
  ['busy', 'running'],
  ['waiting', 'waiting'],
] as const)(
  'a paste that was postponed gives the task back, and a session whose client is %s is %s',
  async (status, where) => {
    const t = await startReady({}, { byHand: true });
    t.assign({ project: '/work' });
    t.says(status);
    t.pastes.answer(refusal('DELIVERY_POSTPONED'));
    await t.settle();
    expect(t.where()).toBe(where);
    expect(t.news()).toEqual([
      { kind: 'returned', reason: 'refused: DELIVERY_POSTPONED', undelivered: false },
    ]);
    expect(t.context()).toMatchObject({ task: null, agent: identity(101) });
    expect(t.launches.asked).toHaveLength(1);
    expect(t.logged()).not.toContain('task.waiting');
  },
);

test('after a paste that failed nobody knows what was typed: the agent is ended before the task is given back', async () => {
  const t = await startReady({}, { byHand: true });
  const { conversation } = t.context();
  t.assign({ project: '/work' });
  t.pastes.answer(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  expect(t.where()).toBe('launching');
  expect(t.news()).toEqual([]);
  expect(t.launches.asked[1]).toMatchObject({ task: null, previous: identity(101) });
  expect(t.context().conversation).not.toBe(conversation);
  t.launches.answer();
  await t.settle();
  expect(t.news()).toEqual([
    { kind: 'returned', reason: 'refused: TMUX_TIMED_OUT', undelivered: true },
  ]);
  expect(t.where()).toBe('booting');
});

test("only the prompt of its own task, in its own conversation, confirms it: a person's does not", async () => {
  const t = await startAwaiting();
  t.prompted({ task: null });
  t.prompted({ task: 't_02' });
  t.prompted({ conversation: 'theirs' });
  expect(t.news()).toEqual([]);
  expect(t.where()).toBe('atPrompt');
});

test('a prompt that is told twice is confirmed once', async () => {
  const t = await startAwaiting();
  t.prompted();
  t.prompted();
  expect(t.news()).toHaveLength(1);
});

test('Enter is pressed once more for a pasted prompt that nobody confirmed, and no second time', async () => {
  const t = await startPasted();
  t.pass(5000);
  await t.settle();
  expect(t.looks.asked).toEqual([{ conversation: t.context().conversation, task: TASK }]);
  expect(t.presses.asked).toEqual([{ session: 'pool-0', agent: identity(101) }]);
  expect(t.where()).toBe('atPrompt');
  t.pass(5000);
  await t.settle();
  expect(t.presses.asked).toHaveLength(1);
  expect(t.pastes.asked).toHaveLength(1);
  expect(t.news()).toEqual([
    { kind: 'returned', reason: 'the client did not take its prompt', undelivered: true },
  ]);
});

test('a press that fails is a press: the task is looked for again', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign({ project: '/work' });
  t.pastes.answer();
  await t.settle();
  t.pass(5000);
  t.looks.answer();
  await t.settle();
  expect(t.where()).toBe('pressing');
  t.presses.answer(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  expect(t.where()).toBe('atPrompt');
  expect(t.context().presses).toBe(1);
});

test('Enter is never pressed while a dialog is open: it would answer it', async () => {
  const t = await startPasted();
  t.says('waiting');
  t.pass(5000);
  await t.settle();
  expect(t.presses.asked).toEqual([]);
  expect(t.where()).toBe('booting');
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: true }]);
});

test("a prompt that waits behind a person's turn is waited for", async () => {
  const t = await startPasted();
  t.says('busy');
  t.pass(60_000);
  await t.settle();
  expect(t.where()).toBe('atPrompt');
  expect(t.news()).toEqual([]);
});

test('an argument that was not taken is given back with its agent', async () => {
  const t = await startAwaiting();
  t.pass(5000);
  await t.settle();
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: identity(102) });
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: true }]);
  expect(t.context()).toMatchObject({ task: null, workdir: '/work' });
});

test('an agent with its task as an argument may take the time to start that any agent has', async () => {
  const t = await startReady();
  t.assign();
  await t.settle();
  t.pass(29_900);
  expect(t.where()).toBe('coming');
  t.pass(100);
  expect(t.where()).toBe('backingOff');
  expect(t.context().task).toMatchObject({ confirmed: false, attempts: 0 });
  t.pass(1000);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK } });
});

test('a client that takes its prompt before it says a word is up, and that is said once', async () => {
  const t = await startReady();
  t.assign();
  await t.settle();
  t.prompted();
  t.says('busy');
  expect(t.logged().slice(-2)).toEqual(['session.created', 'session.ready']);
  expect(t.context()).toMatchObject({ isComingUp: false, readyAtMs: 0 });
});

test('the file of an agent that came up before anybody watched is read', async () => {
  const t = await startReady();
  t.readings.next.push({
    status: {
      agent: identity(102),
      conversation: 'id-2',
      status: 'busy',
      waitingFor: null,
      account: 'first',
      cwd: null,
    },
    hasTranscript: false,
  });
  t.assign();
  await t.settle();
  expect(t.where()).toBe('atPrompt');
});

test.each([
  ['busy', 'running'],
  ['idle', 'settling'],
] as const)(
  'a prompt that only the transcript shows is confirmed by it, and a %s agent is %s',
  async (status, where) => {
    const t = await startAwaiting();
    t.looks.next.push({ prompted: true, outcome: null });
    t.says(status);
    t.pass(5000);
    await t.settle();
    expect(t.where()).toBe(where);
    expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: true }]);
  },
);

test('a turn that only the transcript shows, to its end, is confirmed and ended', async () => {
  const t = await startAwaiting();
  t.looks.next.push({ prompted: true, outcome: DONE });
  t.pass(5000);
  await t.settle();
  expect(t.news()).toMatchObject([
    { kind: 'confirmed' },
    { kind: 'completed', result: 'all is done' },
  ]);
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('of a task that had begun an earlier prompt in the transcript, or how its turn failed, proves nothing', async () => {
  for (const outcome of [null, BROKEN]) {
    const t = await startPasted({ conversation: 'id-2', attempts: 1 });
    expect(t.pastes.asked).toHaveLength(1);
    t.looks.next.push({ prompted: true, outcome });
    t.pass(5000);
    await t.settle();
    expect(t.presses.asked).toHaveLength(1);
    expect(t.news()).toEqual([]);
  }
});

test('but that it was done does', async () => {
  const t = await startPasted({ conversation: 'id-2', attempts: 1 });
  t.looks.next.push({ prompted: true, outcome: DONE });
  t.pass(5000);
  await t.settle();
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }, { kind: 'completed' }]);
});

test('a task that had begun, but of which nothing is on disk, is given its whole prompt again', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign({ conversation: 'begun' });
  t.launches.answer({
    ...t.launches.usual(),
    mode: 'new',
    hasTranscript: false,
    delivery: 'paste',
  });
  await t.settle();
  t.says('idle');
  expect(t.pastes.asked).toMatchObject([{ task: { id: TASK, conversation: null } }]);
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed', conversation: 'begun' }]);
});

test('a transcript that cannot be read proves nothing', async () => {
  const t = await startAwaiting();
  t.looks.next.push(refusal('DISK_FAILED'));
  t.pass(5000);
  await t.settle();
  expect(t.where()).toBe('atPrompt');
  expect(t.news()).toEqual([]);
});

test('a task whose turn turned out to have ended before is told so, and its agent is free', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign({ conversation: 'begun', attempts: 1 });
  t.launches.answer({ ...t.launches.usual(), delivery: 'none', ended: DONE });
  await t.settle();
  expect(t.news()).toMatchObject([
    { kind: 'confirmed', conversation: 'begun' },
    { kind: 'completed', result: 'all is done' },
  ]);
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ task: null, conversation: 'begun' });
});

test('an agent that an unfinished launch had left is asked what it has before anything is done', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), mode: 'found', delivery: 'none' });
  await t.settle();
  expect(t.where()).toBe('coming');
  t.says('idle');
  t.pass(5000);
  expect(t.where()).toBe('looking');
  t.looks.answer();
  await t.settle();
  expect(t.where()).toBe('relaunching');
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK } });
});

test.each(['launching', 'booting', 'running', 'held', 'backingOff', 'blocked', 'failed'])(
  'a task that is assigned to a session that is %s goes back at once',
  async (where) => {
    const t = await startReady({}, { byHand: true });
    const ways: Readonly<Record<string, () => void>> = {
      launching: () => t.send({ type: 'operator.restart' }),
      booting: () =>
        t.send({ type: 'agent.found', pane: { paneId: '%5', agent: identity(5) }, mark: 'm' }),
      running: () => t.says('busy'),
      held: () => t.send({ type: 'operator.hold' }),
      backingOff: () => t.dies(),
      blocked: () => {
        t.send({ type: 'operator.restart' });
        t.launches.answer(refusal('TMUX_NAME_TAKEN'));
      },
      failed: () => {
        t.send({ type: 'operator.restart' });
        t.launches.answer(refusal('COMMAND_NOT_FOUND'));
      },
    };
    ways[where]?.();
    await t.settle();
    expect(t.where()).toBe(where);
    t.assign({ fence: 7 });
    expect(t.taskReports()).toEqual([
      {
        session: 'pool-0',
        lease: { id: TASK, fence: 7 },
        news: { kind: 'returned', reason: 'the session could not take it', undelivered: false },
      },
    ]);
    expect(t.context().task).toBeNull();
  },
);

test('a second task goes back while the first one stays, and the first one twice is one', async () => {
  const t = await startAwaiting();
  t.assign();
  expect(t.news()).toEqual([]);
  t.assign({ id: 't_02', fence: 9 });
  expect(t.taskReports()).toMatchObject([{ lease: { id: 't_02', fence: 9 } }]);
  expect(t.context().task?.id).toBe(TASK);
});

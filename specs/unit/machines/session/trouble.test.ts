import { expect, test } from '@jest/globals';
import {
  startAwaiting,
  startPasted,
  startReady,
  startRunning,
} from '../../../harness/session-tasks.ts';
import { DONE, START, TASK } from '../../../harness/test-session.ts';
import { BROKEN, LOGGED_OUT, limited } from '../../../harness/turn-failures.ts';

test('a limit in the middle of a task ends no task: it waits for an order, with its agent alive', async () => {
  const t = await startRunning();
  const { agent, conversation } = t.context();
  t.ends(limited());
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
  expect(t.context()).toMatchObject({ agent: null, previous: agent, conversation });
  expect(t.context().task).toMatchObject({ id: TASK, confirmed: true });
  t.pass(86_400_000);
  expect(t.launches.asked).toHaveLength(2);
  expect(t.endings.asked).toEqual([]);
});

test('it is told with its evidence, before the facts that say so', async () => {
  const t = await startRunning();
  const { conversation } = t.context();
  const before = t.reports.length;
  t.ends(limited('prompt-1'));
  const trouble = {
    trouble: { kind: 'limit', window: 'five_hour' },
    evidence: { source: 'signal', at: START, session: 'pool-0', conversation, prompt: 'prompt-1' },
    account: 'first',
    isOver: false,
  };
  expect(t.reports.slice(before, before + 2)).toMatchObject([
    { type: 'session.troubled', name: 'pool-0', trouble },
    { type: 'session.changed', facts: { trouble } },
  ]);
  expect(t.troubles()).toHaveLength(1);
});

test('so is a login that does not work', async () => {
  const t = await startRunning();
  t.ends(LOGGED_OUT);
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.troubles()).toMatchObject([{ trouble: { kind: 'login' } }]);
});

test('what is the fault of the server is the end of the turn', async () => {
  const t = await startRunning();
  t.ends(BROKEN);
  expect(t.troubles()).toEqual([]);
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: true });
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('the trouble of another conversation is not its own', async () => {
  const t = await startRunning();
  t.ends(limited(), { conversation: 'theirs' });
  expect(t.troubles()).toEqual([]);
  expect(t.where()).toBe('running');
});

test('what is told again is no news, nor is what the transcript says of the same end', async () => {
  const t = await startRunning();
  t.ends(limited('prompt-1'));
  t.ends(limited('prompt-1', { at: START + 60_000 }));
  t.ends(limited(null, { at: START - 100, source: 'transcript' }));
  expect(t.troubles()).toHaveLength(1);
  t.ends(limited('prompt-2'));
  expect(t.troubles()).toHaveLength(2);
});

test('a clock that was set back makes no other end the same', async () => {
  const t = await startReady();
  t.ends(limited(null));
  t.ends(limited(null, { at: START - 1900 }));
  expect(t.troubles()).toHaveLength(1);
  t.ends(limited(null, { at: START - 60_000 }));
  expect(t.troubles()).toHaveLength(2);
});

test('nor is it once it is over: the task goes on where it went', async () => {
  const t = await startRunning();
  t.ends(limited('prompt-1'));
  t.move('second');
  await t.settle();
  t.says('idle');
  t.prompted();
  t.says('busy');
  t.ends(limited('prompt-1'));
  expect(t.troubles()).toHaveLength(1);
  expect(t.where()).toBe('running');
  t.ends(limited('prompt-2'));
  expect(t.troubles().at(-1)).toMatchObject({ account: 'second', isOver: false });
  expect(t.where()).toBe('moving.awaiting');
});

test('without a signal the transcript tells, a while after idle', async () => {
  const t = await startRunning();
  t.says('idle');
  t.looks.next.push({ prompted: true, outcome: limited('prompt-1', { source: 'transcript' }) });
  t.pass(2000);
  await t.settle();
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.troubles()).toMatchObject([{ evidence: { source: 'transcript' } }]);
  // And the signal that comes after all, whether or not it names the prompt.
  t.ends(limited('prompt-1', { at: START + 3000 }));
  t.ends(limited(null, { at: START + 100 }));
  expect(t.troubles()).toHaveLength(1);
  t.ends(limited(null, { at: START + 3000 }));
  expect(t.troubles()).toHaveLength(2);
});

test('a trouble that is over is not the end of the turn after it, whatever the transcript still shows', async () => {
  const t = await startRunning();
  t.ends(limited('prompt-1'));
  t.move();
  await t.settle();
  t.says('idle');
  t.prompted();
  t.says('idle');
  t.looks.next.push({ prompted: true, outcome: limited('prompt-1', { source: 'transcript' }) });
  t.pass(2000);
  await t.settle();
  expect(t.where()).toBe('asked');
  expect(t.troubles()).toHaveLength(1);
});

test('a limit that a delivery finds in the transcript confirms it first', async () => {
  const t = await startAwaiting();
  t.looks.next.push({ prompted: true, outcome: limited() });
  t.pass(5000);
  await t.settle();
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: true }]);
  expect(t.troubles()).toHaveLength(1);
});

test('a limit that is known and over is not found again by the delivery after it', async () => {
  const t = await startAwaiting();
  t.ends(limited('prompt-1'));
  t.move();
  await t.settle();
  t.says('busy');
  t.looks.next.push({ prompted: true, outcome: limited('prompt-1', { source: 'transcript' }) });
  t.pass(5000);
  await t.settle();
  expect(t.where()).toBe('atPrompt');
  expect(t.troubles()).toHaveLength(1);
  expect(t.news()).toEqual([]);
});

test('of a task that had begun elsewhere it may be the trouble of another account', async () => {
  const t = await startPasted({ conversation: 'id-2', attempts: 1 });
  t.looks.next.push({ prompted: true, outcome: limited() });
  t.pass(5000);
  await t.settle();
  expect(t.presses.asked).toHaveLength(1);
  expect(t.troubles()).toEqual([]);
});

test('a limit before its prompt was confirmed takes an unconfirmed task along', async () => {
  const t = await startAwaiting();
  t.ends(limited());
  expect(t.where()).toBe('moving.awaiting');
  t.move();
  await t.settle();
  t.says('idle');
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: true }]);
});

test.each([
  ['idle', { idle: 'ready' }],
  ['waiting', { working: { waiting: 'asking' } }],
] as const)(
  "a person's turn that hits the limit leaves the session as it is: %s",
  async (status, value) => {
    const t = await startReady();
    t.prompted({ task: null });
    t.says('busy');
    t.ends(limited());
    expect(t.value()).toEqual({ working: { running: 'turn' } });
    t.says(status);
    expect(t.value()).toEqual(value);
    expect(t.troubles()).toHaveLength(1);
    expect(t.facts()?.trouble?.isOver).toBe(false);
  },
);

test('it is over when a prompt is taken after it, or a turn ends well', async () => {
  for (const goesOn of ['prompt', 'end', 'task'] as const) {
    const t = await startReady();
    t.ends(limited());
    if (goesOn === 'prompt') t.prompted({ task: null });
    else if (goesOn === 'end') t.ends(DONE);
    else t.assign();
    expect(t.facts()?.trouble?.isOver).toBe(true);
  }
});

test.each([
  ['idle', START + 60_000],
  ['shell', START + 60_000],
  ['waiting', START],
] as const)(
  'nor is one whose client goes on by itself in any trouble, and it is not cut: %s',
  async (before, at) => {
    const t = await startReady();
    t.says('busy');
    t.ends(limited());
    t.says(before);
    t.pass(at - START);
    expect(t.facts()?.trouble?.isOver).toBe(false);
    t.says('busy');
    expect(t.facts()?.trouble?.isOver).toBe(true);
    // A dialog of that turn.
    t.says('waiting');
    t.move();
    expect(t.where()).toBe('waiting');
    expect(t.launches.asked).toHaveLength(1);
  },
);

test('a late word of the turn that ended in trouble is not it going on', async () => {
  const t = await startReady();
  t.ends(limited());
  t.says('busy');
  t.pass(60_000);
  t.says('busy');
  expect(t.facts()?.trouble?.isOver).toBe(false);
});

test('nor is its going on mistaken for one while the clock is behind', async () => {
  const t = await startReady();
  t.ends(limited('prompt-1', { at: START + 3_600_000 }));
  t.says('busy');
  expect(t.facts()?.trouble?.isOver).toBe(true);
});

test('a held agent that goes on with its task by itself is left at work when it is released', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.ends(limited());
  t.says('waiting');
  t.says('busy');
  t.send({ type: 'operator.release' });
  t.says('busy');
  expect(t.where()).toBe('running');
});

test('but not when its own prompt is heard of late, or when another turn fails', async () => {
  const t = await startReady();
  t.ends(limited());
  t.prompted({ task: null, at: START - 1 });
  t.prompted({ task: null, conversation: 'theirs' });
  t.ends(BROKEN);
  expect(t.facts()?.trouble?.isOver).toBe(false);
  t.prompted({ task: null, at: START + 1 });
  expect(t.facts()?.trouble?.isOver).toBe(true);
});

test('a held session tells of it, and leaves its account only once it is released', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  const { agent } = t.context();
  t.ends(limited());
  expect(t.value()).toEqual({ idle: 'held' });
  expect(t.troubles()).toHaveLength(1);
  expect(t.context()).toMatchObject({ agent, task: { id: TASK } });
  t.send({ type: 'operator.release' });
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.context()).toMatchObject({ agent: null, previous: agent });
});

import { expect, test } from '@jest/globals';
import type { SessionStart } from '../../../../machines/session/types.ts';
import { sessionFacts } from '../../../harness/facts.ts';
import { startHolding } from '../../../harness/session-tasks.ts';
import { DONE, identity, paneOf, TASK } from '../../../harness/test-session.ts';
import { BROKEN } from '../../../harness/turn-failures.ts';

const adopt: SessionStart = { kind: 'adopt', pane: paneOf(5), mark: 'm' };
const died: SessionStart = {
  kind: 'died',
  death: { pid: 5, cause: { kind: 'signal', signal: 9 }, lastScreen: '' },
};
const facts = sessionFacts({
  name: 'pool-0',
  agent: identity(5),
  previous: null,
  conversation: 'begun',
  hasTranscript: true,
  workdir: '/project',
});
const begun = { conversation: 'begun', confirmed: true, attempts: 1 };

test.each([
  ['busy', 'running'],
  ['idle', 'settling'],
  ['waiting', 'waiting'],
] as const)(
  'a task that was confirmed goes on: its agent is %s, so it is %s',
  async (status, where) => {
    const t = await startHolding(begun, { start: adopt, facts });
    expect(t.where()).toBe('booting');
    t.says(status);
    expect(t.where()).toBe(where);
    expect(t.news()).toEqual([]);
    t.ends();
    expect(t.news()).toEqual([{ kind: 'completed', result: 'all is done' }]);
  },
);

test('a task that was given but not confirmed is waited for, and is its first attempt', async () => {
  const t = await startHolding({}, { start: adopt, facts });
  t.says('busy');
  expect(t.where()).toBe('atPrompt');
  t.prompted();
  expect(t.news()).toEqual([{ kind: 'confirmed', conversation: 'begun', counts: true }]);
});

test('one that nobody took goes with its agent into the next one', async () => {
  const t = await startHolding({}, { start: adopt, facts });
  t.says('idle');
  t.pass(5000);
  await t.settle();
  expect(t.launches.asked).toMatchObject([
    { task: { id: TASK }, previous: identity(5), reason: 'task' },
  ]);
  expect(t.news()).toEqual([]);
  expect(t.where()).toBe('coming');
});

test.each(['busy', 'waiting'] as const)(
  'an agent that is %s with something else is waited for',
  async (status) => {
    const t = await startHolding({}, { start: adopt, facts });
    t.says(status);
    t.pass(60_000);
    await t.settle();
    expect(t.where()).toBe('atPrompt');
    expect(t.launches.asked).toEqual([]);
  },
);

test('an agent that never says a word is looked up, and then replaced', async () => {
  const t = await startHolding({}, { start: adopt, facts });
  t.pass(30_000);
  await t.settle();
  expect(t.looks.asked).toEqual([{ conversation: 'begun', task: TASK }]);
  expect(t.launches.asked).toMatchObject([{ task: { id: TASK }, previous: identity(5) }]);
});

test('of one whose task is confirmed no silence proves anything', async () => {
  const t = await startHolding(begun, { start: adopt, facts });
  t.pass(600_000);
  expect(t.where()).toBe('booting');
});

test('what ended between two daemons is told before anything else', async () => {
  const t = await startHolding(begun, { start: adopt, facts, ended: DONE });
  expect(t.reports[0]).toMatchObject({ type: 'session.task' });
  expect(t.news()).toEqual([{ kind: 'completed', result: 'all is done' }]);
  t.says('idle');
  expect(t.where()).toBe('ready');
});

test('so is what began and ended between them', async () => {
  const t = await startHolding({}, { start: adopt, facts, ended: BROKEN });
  expect(t.news()).toEqual([
    { kind: 'confirmed', conversation: 'begun', counts: true },
    { kind: 'failed', error: `server_error: ${BROKEN.message}`, retryable: true },
  ]);
});

test('an interruption is no end', async () => {
  const t = await startHolding(begun, { start: adopt, facts, ended: { kind: 'interrupted' } });
  expect(t.context().task?.id).toBe(TASK);
});

test('a launch with a task from before resumes it, and is no attempt', async () => {
  const t = await startHolding(begun, {
    start: { kind: 'launch' },
    facts: { ...facts, agent: null },
  });
  expect(t.launches.asked).toMatchObject([{ task: { id: TASK }, reason: 'boot' }]);
  expect(t.where()).toBe('coming');
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: false }]);
});

test('a death that no daemon saw is a crash in the attempt', async () => {
  const t = await startHolding(begun, { start: died, facts });
  expect(t.where()).toBe('backingOff');
  t.pass(1000);
  await t.settle();
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: true }]);
});

test('and the last one, if it was', async () => {
  const t = await startHolding({ ...begun, attempts: 2 }, { start: died, facts });
  expect(t.news()).toMatchObject([{ kind: 'failed', retryable: false }]);
  expect(t.where()).toBe('backingOff');
});

test('a failed session gives back what it holds, unless an agent may have it', async () => {
  const failed = { at: 1, code: 'RESTART_INTENSITY', reason: 'too often' };
  const free = await startHolding(begun, {
    start: { kind: 'failed' },
    facts: { ...facts, agent: null, failed },
  });
  expect(free.news()).toEqual([{ kind: 'returned', reason: 'too often', undelivered: false }]);
  expect(free.context().conversation).not.toBe('begun');
  expect(free.facts()).toMatchObject({ conversation: free.context().conversation });
  const bound = await startHolding(begun, {
    start: { kind: 'failed' },
    facts: { ...facts, failed },
  });
  expect(bound.news()).toEqual([]);
});

test('a held session goes on with its task when it is released', async () => {
  const t = await startHolding(begun, {
    start: { kind: 'held', pane: paneOf(5) },
    facts: { ...facts, held: true },
  });
  expect(t.where()).toBe('held');
  t.send({ type: 'operator.release' });
  t.says('busy');
  expect(t.where()).toBe('running');
});

test('a session that was renamed meanwhile has taken its task along', async () => {
  const t = await startHolding(begun, { start: { kind: 'renamed' }, facts });
  expect(t.news()).toMatchObject([{ kind: 'failed', retryable: false }]);
  expect(t.launches.asked).toMatchObject([{ task: null }]);
});

test('a session whose name is taken keeps a task that an agent may have', async () => {
  const t = await startHolding(begun, { start: { kind: 'blocked' }, facts });
  expect(t.where()).toBe('blocked');
  expect(t.news()).toEqual([]);
  const free = await startHolding(begun, {
    start: { kind: 'blocked' },
    facts: { ...facts, agent: null },
  });
  expect(free.news()).toMatchObject([{ kind: 'returned' }]);
});

test('a person who left the conversation while no daemon ran gives the task back', async () => {
  const t = await startHolding(begun, { start: adopt, facts });
  t.says('idle', { conversation: 'mine' });
  expect(t.news()).toMatchObject([{ kind: 'returned', undelivered: false }]);
  expect(t.where()).toBe('ready');
});

test('the conversation that a launch had begun when its daemon died is taken over from its agent', async () => {
  const t = await startHolding({}, { start: adopt, facts });
  t.says('busy', { conversation: 'newer' });
  t.prompted();
  expect(t.news()).toEqual([{ kind: 'confirmed', conversation: 'newer', counts: true }]);
});

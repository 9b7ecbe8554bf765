import { expect, test } from '@jest/globals';
import { startPasted, startReady } from '../../../harness/session-tasks.ts';
import { identity, refusal, TASK, type TestSession } from '../../../harness/test-session.ts';

/** A task waited for its launch, and a person came to the agent that was to make room. */
async function startPostponed(t: TestSession): Promise<void> {
  t.launches.answer(refusal('DELIVERY_POSTPONED'));
  await t.settle();
}

test('a line that a person types in a hold is not sent off after it', async () => {
  const t = await startPasted();
  expect(t.where()).toBe('atPrompt');
  t.send({ type: 'operator.hold' });
  expect(t.context().given).toBeNull();
  t.send({ type: 'operator.release' });
  t.says('idle');
  expect(t.where()).toBe('atPrompt');
  t.jump(5000);
  await t.settle();
  expect(t.presses.asked).toEqual([]);
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'task', previous: identity(101) });
});

test('a person who comes before the launch keeps the agent, and the task goes to another session', async () => {
  const t = await startReady({}, { byHand: true });
  const { conversation, workdir, hasTranscript } = t.context();
  t.assign();
  expect(t.where()).toBe('relaunching');
  await startPostponed(t);
  expect(t.news()).toEqual([
    { kind: 'returned', reason: 'refused: DELIVERY_POSTPONED', undelivered: false },
  ]);
  expect(t.where()).toBe('booting');
  const there = { agent: identity(101), previous: null, conversation, workdir, hasTranscript };
  expect(t.context()).toMatchObject({ ...there, task: null, launchFailures: 0 });
  expect(t.facts()).toMatchObject({ agent: identity(101), previous: null });
  t.says('busy');
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  t.dies();
  expect(t.where()).toBe('backingOff');
});

test('its death meanwhile is looked for', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  const before = t.reports.length;
  await startPostponed(t);
  expect(t.reports.slice(before)).toContainEqual({ type: 'session.launched', name: 'pool-0' });
});

test('an agent that may have the prompt keeps its task while a person is there', async () => {
  const t = await startPasted({}, {});
  t.send({ type: 'operator.hold' });
  t.send({ type: 'operator.release' });
  t.says('idle');
  t.launches.next.push(refusal('DELIVERY_POSTPONED'));
  t.jump(5000);
  await t.settle();
  expect(t.news()).toEqual([]);
  expect(t.where()).toBe('booting');
  t.says('idle');
  expect(t.where()).toBe('atPrompt');
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
});

test('a hold that was asked for meanwhile takes hold of that agent', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.send({ type: 'operator.hold' });
  await startPostponed(t);
  expect(t.value()).toEqual({ idle: 'held' });
  expect(t.context()).toMatchObject({ agent: identity(101), task: null });
  expect(t.news()).toMatchObject([{ kind: 'returned' }]);
});

test('a cancel that was asked for meanwhile is told, and the agent stays', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  await startPostponed(t);
  expect(t.news()).toEqual([{ kind: 'cancelled' }]);
  expect(t.where()).toBe('booting');
});

test("a new task is not pasted into a person's old conversation", async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  expect(t.where()).toBe('arriving');
  // `/resume`, while its client came up.
  t.says('idle', { conversation: 'old', onDisk: true });
  expect(t.pastes.asked).toEqual([]);
  expect(t.where()).toBe('relaunching');
  expect(t.launches.asked.at(-1)).toMatchObject({ reason: 'task', task: { id: TASK } });
});

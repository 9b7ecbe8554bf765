import { expect, test } from '@jest/globals';
import { startAwaiting, startReady, startRunning } from '../../../harness/session-tasks.ts';
import {
  identity,
  paneOf,
  refusal,
  TASK,
  type TestSession,
} from '../../../harness/test-session.ts';

function rename(t: TestSession): void {
  const { agent } = t.context();
  if (agent === null) throw new Error('no agent could be renamed');
  t.send({ type: 'session.renamed', to: 'mine', agent });
}

test("an operator's restart resumes the task, and is no attempt", async () => {
  const t = await startRunning();
  const { conversation } = t.context();
  t.send({ type: 'operator.restart' });
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK, conversation } });
  await t.settle();
  expect(t.where()).toBe('coming');
  t.says('idle');
  t.prompted();
  expect(t.news().at(-1)).toMatchObject({ kind: 'confirmed', counts: false });
  expect(t.context().task?.attempts).toBe(1);
});

test('one before the prompt was taken leaves the first attempt to be counted', async () => {
  const t = await startAwaiting();
  t.send({ type: 'operator.restart' });
  await t.settle();
  t.prompted();
  expect(t.news()).toMatchObject([{ kind: 'confirmed', counts: true }]);
});

test('a hold keeps the task, and what its agent tells is heard', async () => {
  const t = await startAwaiting();
  t.send({ type: 'operator.hold' });
  t.prompted();
  expect(t.where()).toBe('held');
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }]);
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.where()).toBe('held');
  expect(t.context().task).toBeNull();
});

test.each([
  ['busy', 'running'],
  ['idle', 'settling'],
  ['waiting', 'waiting'],
] as const)('after the release a client that is %s has its task %s', async (status, where) => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.send({ type: 'operator.release' });
  t.says(status);
  expect(t.where()).toBe(where);
});

test('an unconfirmed delivery is waited for again after the release', async () => {
  const t = await startAwaiting();
  t.send({ type: 'operator.hold' });
  t.send({ type: 'operator.release' });
  t.says('idle');
  expect(t.where()).toBe('atPrompt');
});

test('an agent that ended in a hold is replaced at the release, with the task', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.dies();
  t.send({ type: 'operator.release' });
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK } });
  await t.settle();
  t.prompted();
  expect(t.news().at(-1)).toMatchObject({ kind: 'confirmed', counts: false });
});

test('a person who leaves the conversation in a hold gives the task back', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.says('idle', { conversation: 'mine' });
  expect(t.news().at(-1)).toMatchObject({ kind: 'returned' });
  expect(t.context()).toMatchObject({ task: null, conversation: 'mine' });
  expect(t.where()).toBe('held');
});

test('a task that its session takes away under another name is left to the operator', async () => {
  const t = await startRunning();
  const { conversation } = t.context();
  rename(t);
  expect(t.news().at(-1)).toEqual({
    kind: 'failed',
    error: 'its session was renamed to mine and left to the operator',
    retryable: false,
  });
  expect(t.context().conversation).not.toBe(conversation);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: null });
});

test('so it is when only the launch notices', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('SESSION_RENAMED'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.news().at(-1)).toEqual({
    kind: 'failed',
    error: 'its session was renamed and left to the operator',
    retryable: false,
  });
});

test('and in a hold', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  rename(t);
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
  expect(t.where()).toBe('held');
});

test('a cancelled task that goes with its session was cancelled', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.cancel();
  rename(t);
  expect(t.news().at(-1)).toEqual({ kind: 'cancelled' });
});

test('a task that the agent of the renamed session never got stays with the slot', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  rename(t);
  expect(t.news()).toEqual([]);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: { id: TASK }, previous: null });
});

test('but not one that would go on in the conversation of that session', async () => {
  const t = await startRunning();
  t.ends();
  t.assign({ id: 't_02', conversation: t.context().conversation });
  expect(t.where()).toBe('arriving');
  rename(t);
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null });
});

test('a session that an operator hands over has no task of ours', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.context().task?.id).toBe(TASK);
  t.send({ type: 'operator.adopt', restart: false });
  await t.settle();
  expect(t.news().at(-1)).toEqual({
    kind: 'returned',
    reason: 'its session was replaced by an operator',
    undelivered: false,
  });
  expect(t.context()).toMatchObject({ task: null, agent: identity(77) });
  expect(t.where()).toBe('booting');
});

test('unless the very agent of the task runs in it', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  t.adoptions.next.push({ pane: paneOf(102), status: null, restart: false });
  t.send({ type: 'operator.adopt', restart: false });
  await t.settle();
  t.says('busy');
  expect(t.context().task?.id).toBe(TASK);
  expect(t.value()).toEqual({ working: { running: 'turn' } });
});

test('an agent that turns up in the session of a task is asked whether it has it', async () => {
  const t = await startRunning();
  t.dies();
  t.send({ type: 'agent.found', pane: paneOf(5), mark: 'm' });
  t.says('busy');
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  const other = await startRunning();
  other.dies();
  other.send({ type: 'agent.found', pane: paneOf(5), mark: 'm' });
  other.says('busy', { conversation: 'mine' });
  expect(other.news().at(-1)).toMatchObject({ kind: 'returned' });
});

test('a launch with the task cannot be interrupted by a restart, a find or a hold', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.send({ type: 'operator.restart' });
  t.send({ type: 'agent.found', pane: paneOf(5), mark: 'm' });
  t.send({ type: 'operator.hold' });
  expect(t.where()).toBe('relaunching');
  expect(t.launches.asked).toHaveLength(2);
  t.launches.answer();
  await t.settle();
  expect(t.where()).toBe('held');
  expect(t.context().task?.id).toBe(TASK);
});

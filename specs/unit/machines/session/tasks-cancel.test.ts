import { expect, test } from '@jest/globals';
import { startAwaiting, startReady, startRunning } from '../../../harness/session-tasks.ts';
import { DONE, identity, refusal, type TestSession } from '../../../harness/test-session.ts';

const CANCELLED = { kind: 'cancelled' } as const;

test.each<readonly [string, () => Promise<TestSession>]>([
  ['delivered', () => startAwaiting()],
  ['worked on', () => startRunning()],
])(
  'a task that is being %s is cancelled with its agent, and told when that is gone',
  async (_, start) => {
    const t = await start();
    const told = t.news().length;
    const { conversation } = t.context();
    t.cancel();
    expect(t.where()).toBe('launching');
    expect(t.news()).toHaveLength(told);
    expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: identity(102) });
    await t.settle();
    expect(t.news().slice(told)).toEqual([CANCELLED]);
    expect(t.context()).toMatchObject({ task: null, workdir: '/work' });
    expect(t.context().conversation).not.toBe(conversation);
    expect(t.where()).toBe('booting');
  },
);

test('another task is not meant', async () => {
  const t = await startRunning();
  t.cancel('t_02');
  expect(t.where()).toBe('running');
  const ready = await startReady();
  ready.cancel();
  expect(ready.news()).toEqual([]);
});

test('a launch that fails keeps what is to be told until one succeeds', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.cancel();
  await t.settle();
  expect(t.where()).toBe('delayed');
  expect(t.news()).toHaveLength(1);
  t.pass(2000);
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
});

test('a launch that cannot end the agent keeps the task: it may still be worked on', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('AGENT_WILL_NOT_DIE'));
  t.cancel();
  await t.settle();
  expect(t.value()).toBe('failed');
  expect(t.news()).toHaveLength(1);
  t.send({ type: 'operator.reset' });
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
});

test('a cancel during the launch with the task ends the agent that it brings', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  expect(t.where()).toBe('relaunching');
  t.launches.answer();
  await t.settle();
  expect(t.where()).toBe('launching');
  expect(t.news()).toEqual([]);
  const { task, previous } = t.launches.asked.at(-1) ?? {};
  expect({ task, previous }).toEqual({ task: null, previous: t.context().previous });
  t.launches.answer();
  await t.settle();
  expect(t.news()).toEqual([CANCELLED]);
});

test('one that brings an agent without the prompt is enough', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  expect(t.news()).toEqual([CANCELLED]);
  expect(t.where()).toBe('booting');
});

test('one that fails before anything was started has nothing to be ended', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  t.launches.answer(refusal('STORE_FAILED'));
  await t.settle();
  expect(t.where()).toBe('delayed');
  expect(t.news()).toEqual([CANCELLED]);
});

test('one whose answer was lost may have started it: the next launch has to look', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  t.launches.answer(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  expect(t.news()).toEqual([]);
  t.pass(2000);
  t.launches.answer({ ...t.launches.usual(), mode: 'found' });
  await t.settle();
  // The agent that was found may be the one with the prompt.
  expect(t.news()).toEqual([]);
  expect(t.where()).toBe('launching');
  t.launches.answer();
  await t.settle();
  expect(t.news()).toEqual([CANCELLED]);
});

test('an agent that turns up while such a wait runs is ended, too', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  t.launches.answer(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  t.send({ type: 'agent.found', pane: { paneId: '%5', agent: identity(5) }, mark: 'm' });
  expect(t.where()).toBe('launching');
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: identity(5) });
});

test('an agent that turned up after a crash may have it, too', async () => {
  const t = await startRunning();
  t.dies();
  t.send({ type: 'agent.found', pane: { paneId: '%5', agent: identity(5) }, mark: 'm' });
  t.cancel();
  expect(t.news()).toHaveLength(1);
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
});

test('a crashed session has no agent to be ended', async () => {
  const t = await startRunning();
  t.dies();
  t.cancel();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.where()).toBe('backingOff');
  t.pass(1000);
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, facts: { workdir: '/work' } });
});

test('of one whose agent may have outlived its pane it is told after the recreation', async () => {
  const t = await startRunning();
  t.dies({ cause: { kind: 'vanished' } });
  t.cancel();
  expect(t.news()).toHaveLength(1);
  t.pass(1000);
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.context().restarts).toBe(1);
});

test('a failed session that kept its task lets go of it at once', async () => {
  const t = await startRunning({}, { crashTimes: [-2, -1] });
  t.dies({ cause: { kind: 'vanished' } });
  t.cancel();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.value()).toBe('failed');
});

test('a session whose name is taken does, too', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  t.cancel();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.where()).toBe('blocked');
});

test('in a held session the agent is left alone: it is told when the agent has ended', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.cancel();
  expect(t.where()).toBe('held');
  expect(t.news()).toHaveLength(1);
  t.dies();
  expect(t.news().at(-1)).toEqual(CANCELLED);
  expect(t.where()).toBe('held');
});

test('and at the latest after its release, which ends the agent', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.cancel();
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('launching');
  expect(t.launches.asked.at(-1)).toMatchObject({ task: null, previous: identity(102) });
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
});

test('a held session without an agent has nothing to wait for', async () => {
  const t = await startRunning();
  t.send({ type: 'operator.hold' });
  t.dies();
  t.cancel();
  expect(t.news().at(-1)).toEqual(CANCELLED);
});

test('an agent in hold that never got the prompt is kept', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.send({ type: 'operator.hold' });
  t.launches.answer({ ...t.launches.usual(), delivery: 'paste' });
  await t.settle();
  expect(t.where()).toBe('held');
  t.cancel();
  expect(t.news()).toEqual([CANCELLED]);
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('booting');
});

test('a hold during such a launch leaves the agent that it brings alone, too', async () => {
  const t = await startReady({}, { byHand: true });
  t.assign();
  t.cancel();
  t.send({ type: 'operator.hold' });
  t.launches.answer();
  await t.settle();
  expect(t.where()).toBe('held');
  expect(t.news()).toEqual([]);
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('launching');
});

test('who asked for the end of a task has the last word on what becomes of it', async () => {
  const t = await startRunning();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.says('waiting');
  t.pass(1_800_000);
  await t.settle();
  expect(t.where()).toBe('delayed');
  t.cancel();
  t.pass(2000);
  await t.settle();
  expect(t.news().at(-1)).toEqual(CANCELLED);
});

test('what its agent tells while it is ended changes nothing any more', async () => {
  const t = await startAwaiting();
  t.cancel();
  t.prompted();
  t.ends(DONE);
  await t.settle();
  expect(t.news()).toEqual([CANCELLED]);
});

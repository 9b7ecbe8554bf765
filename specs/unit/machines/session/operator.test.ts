import { expect, test } from '@jest/globals';
import {
  identity,
  paneOf,
  refusal,
  START,
  startTestSession,
} from '../../../harness/test-session.ts';

test.each(['idle', 'busy', 'waiting'] as const)(
  'a hold takes hold at once while the agent is %s, and leaves the agent alone',
  async (word) => {
    const t = startTestSession();
    await t.settle();
    t.says(word);
    t.send({ type: 'operator.hold' });
    expect(t.value()).toEqual({ idle: 'held' });
    expect(t.facts()).toMatchObject({ held: true, agent: identity(101) });
    expect(t.launches.asked).toHaveLength(1);
  },
);

test('a hold during a launch takes effect when the launch has ended', async () => {
  const t = startTestSession();
  t.send({ type: 'operator.hold' });
  expect(t.facts()?.held).toBe(true);
  await t.settle();
  expect(t.value()).toEqual({ idle: 'held' });
  expect(t.context().agent).toEqual(identity(101));
  expect(t.logged()).toEqual(['session.created', 'session.held']);
});

test('a hold during a launch that fails takes effect too: nothing is tried again', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.send({ type: 'operator.hold' });
  await t.settle();
  expect(t.value()).toEqual({ idle: 'held' });
  t.pass(600_000);
  expect(t.launches.asked).toHaveLength(1);
});

test('a hold taken back during the launch is no hold', async () => {
  const t = startTestSession();
  t.send({ type: 'operator.hold' });
  t.send({ type: 'operator.release' });
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.logged()).toEqual(['session.created']);
});

test('a hold in the back-off stops the restart', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.send({ type: 'operator.hold' });
  t.pass(600_000);
  expect(t.where()).toBe('held');
  expect(t.launches.asked).toHaveLength(1);
});

test('a hold of a session whose name is taken is kept when the name is free', async () => {
  const t = startTestSession({ start: { kind: 'blocked' } });
  t.send({ type: 'operator.hold' });
  t.send({ type: 'slot.freed' });
  expect(t.where()).toBe('held');
  expect(t.launches.asked).toEqual([]);
  expect(t.context().reason).toBeNull();
});

test('a hold of a failed session is kept by its reset', async () => {
  const t = startTestSession({ start: { kind: 'failed' } });
  t.send({ type: 'operator.hold' });
  expect(t.value()).toBe('failed');
  t.send({ type: 'operator.reset' });
  expect(t.where()).toBe('held');
  expect(t.launches.asked).toEqual([]);
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('launching');
});

test('a release asks the agent that is there what it does', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.send({ type: 'operator.hold' });
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('booting');
  expect(t.facts()?.held).toBe(false);
  expect(t.readings.asked).toHaveLength(2);
  t.says('busy');
  expect(t.where()).toBe('running');
});

test('an agent that ends in a held session is told of, but neither counted nor replaced', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.send({ type: 'operator.hold' });
  t.dies();
  t.pass(600_000);
  expect(t.where()).toBe('held');
  expect(t.launches.asked).toHaveLength(1);
  // The store counts each crash it is given, also after a restart of the daemon.
  expect(t.crashes()).toEqual([]);
  expect(t.context()).toMatchObject({ crashTimes: [], crashedAt: START, agent: null });
  expect(t.entry('session.crashed')).toMatchObject({ pid: 101, delayMs: null });
  expect(t.context().reason).toBe('held, and the agent was ended by SIGKILL');
});

test('a release after that launches, which is no restart after a crash', async () => {
  const t = startTestSession();
  await t.settle();
  t.send({ type: 'operator.hold' });
  t.dies();
  t.send({ type: 'operator.release' });
  expect(t.launches.asked.at(-1)).toMatchObject({ previous: identity(101), reason: 'operator' });
  await t.settle();
  expect(t.context()).toMatchObject({ restarts: 0, reason: null });
});

test('an agent that an operator starts in a held session is known when it is released', async () => {
  const t = startTestSession();
  await t.settle();
  t.send({ type: 'operator.hold' });
  t.dies();
  t.send({ type: 'agent.found', pane: paneOf(700), mark: 'm' });
  expect(t.where()).toBe('held');
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('booting');
  expect(t.context().agent).toEqual(identity(700));
});

test('a held session follows what its agent says without leaving its state', async () => {
  const t = startTestSession();
  await t.settle();
  t.send({ type: 'operator.hold' });
  t.says('busy', { conversation: 'after-clear' });
  t.says('idle', { agent: identity(4242), conversation: 'not-ours' });
  expect(t.where()).toBe('held');
  expect(t.facts()?.conversation).toBe('after-clear');
});

test('a held session that is renamed is forgotten, and stays held', async () => {
  const t = startTestSession();
  await t.settle();
  t.send({ type: 'operator.hold' });
  const { conversation } = t.context();
  t.send({ type: 'session.renamed', to: 'mine', agent: identity(101) });
  expect(t.where()).toBe('held');
  expect(t.facts()).toMatchObject({ agent: null, held: true });
  t.send({ type: 'operator.release' });
  expect(t.launches.asked.at(-1)?.previous).toBeNull();
  expect(t.launches.asked.at(-1)?.facts.conversation).not.toBe(conversation);
});

test('hold and release say so once each', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  for (const type of ['operator.hold', 'operator.hold', 'operator.release'] as const)
    t.send({ type });
  expect(t.logged().slice(2)).toEqual(['session.held', 'session.released']);
});

test('restart ends the agent and goes on with its conversation, without counting a crash', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('busy');
  const { conversation } = t.context();
  t.send({ type: 'operator.restart' });
  expect(t.launches.asked[1]).toMatchObject({
    previous: identity(101),
    facts: { conversation },
    reason: 'operator',
  });
  t.dies({ pid: 101 });
  await t.settle();
  expect(t.context()).toMatchObject({ crashTimes: [], restarts: 0, agent: identity(102) });
});

test('a restart that fails to launch keeps in mind which agent is to end', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.where()).toBe('delayed');
  t.pass(1000);
  expect(t.launches.asked[2]?.previous).toEqual(identity(101));
});

test('a restart in the back-off does not wait for its end', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(300);
  t.send({ type: 'operator.restart' });
  expect(t.where()).toBe('recreating');
  await t.settle();
  expect(t.entry('session.recreated')?.delayMs).toBe(300);
  t.pass(2000);
  expect(t.launches.asked).toHaveLength(2);
});

test.each(['operator.restart', 'operator.reset'] as const)(
  '%s while a failed launch waits launches at once',
  async (type) => {
    const t = startTestSession();
    t.launches.next.push(refusal('TMUX_TIMED_OUT'));
    await t.settle();
    t.send({ type });
    expect(t.where()).toBe('launching');
    expect(t.launches.asked[1]?.reason).toBe('operator');
  },
);

test('a reset in the back-off launches at once and forgets the crashes', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.send({ type: 'operator.reset' });
  expect(t.where()).toBe('launching');
  await t.settle();
  expect(t.context()).toMatchObject({ restarts: 0, crashTimes: [], unstable: 0, reason: null });
});

test('a reset of a session that works only forgets what went wrong', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(1000);
  await t.settle();
  t.says('busy');
  t.send({ type: 'operator.reset' });
  expect(t.where()).toBe('running');
  expect(t.facts()?.restarts).toBe(0);
  expect(t.reports).toContainEqual({ type: 'session.forgiven', name: 'pool-0' });
  expect(t.logged().at(-1)).toBe('session.reset');
});

test('a reset does not take the reason from a session that is still blocked', () => {
  const t = startTestSession({ start: { kind: 'blocked' } });
  t.send({ type: 'operator.reset' });
  expect(t.context().reason).toContain('is not ours');
});

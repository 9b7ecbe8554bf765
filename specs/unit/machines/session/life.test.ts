import { expect, test } from '@jest/globals';
import { identity, paneOf, refusal, startTestSession } from '../../../harness/test-session.ts';

test('a new session is launched, comes to its prompt, and only then is ready', async () => {
  const t = startTestSession();
  expect(t.where()).toBe('launching');
  await t.settle();
  expect(t.where()).toBe('booting');
  t.says('idle');
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.logged()).toEqual(['session.created', 'session.ready']);
});

test('an agent that came up before anybody watched is ready by what its file says', async () => {
  const t = startTestSession({}, { byHand: true });
  t.launches.answer();
  await t.settle();
  const { agent, conversation, account } = t.context();
  t.readings.answer({
    status: {
      agent: agent ?? identity(0),
      conversation,
      account,
      status: 'busy',
      waitingFor: null,
      cwd: null,
    },
    hasTranscript: true,
  });
  await t.settle();
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  expect(t.context().hasTranscript).toBe(true);
});

test('a file that cannot be read now is left to the watch', async () => {
  const t = startTestSession();
  t.readings.next.push(new Error('half written'));
  await t.settle();
  expect(t.where()).toBe('booting');
  t.says('idle');
  expect(t.where()).toBe('ready');
});

test('a turn makes it working, a dialog waiting, and its end idle again, with one ready line', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.says('busy');
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  t.says('waiting');
  expect(t.value()).toEqual({ working: { waiting: 'asking' } });
  t.says('busy');
  t.says('idle');
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.logged().filter((word) => word === 'session.ready')).toHaveLength(1);
});

test('an idle agent with a background shell is at its prompt all the same', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('shell');
  expect(t.value()).toEqual({ idle: 'ready' });
  t.says('busy');
  t.says('shell');
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('the same word again is no change of state', async () => {
  const t = startTestSession();
  await t.settle();
  for (const word of ['busy', 'waiting', 'idle'] as const) {
    t.says(word);
    const { since } = t.context();
    t.pass(15_000);
    t.says(word);
    expect(t.context().since).toBe(since);
  }
});

test("another process's word is not heard, not even one with the same pid", async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  const { agent } = t.context();
  t.says('busy', { agent: identity(4242) });
  t.says('busy', { agent: { pid: agent?.pid ?? 0, startTime: 'later' }, conversation: 'other' });
  expect(t.where()).toBe('ready');
  expect(t.context().conversation).not.toBe('other');
});

test('/clear changes the conversation, and the new one is not on disk before it is seen there', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle', { onDisk: true });
  expect(t.facts()?.hasTranscript).toBe(true);
  t.says('idle', { conversation: 'after-clear' });
  expect(t.facts()).toMatchObject({ conversation: 'after-clear', hasTranscript: false });
  t.says('busy', { onDisk: true });
  expect(t.facts()?.hasTranscript).toBe(true);
});

test('a transcript once seen is not forgotten by a look that did not see it', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle', { onDisk: true });
  t.says('busy', { onDisk: false });
  expect(t.context().hasTranscript).toBe(true);
});

test('an agent that replaced one that boots is asked anew, and gets the whole time to start', async () => {
  const t = startTestSession();
  await t.settle();
  t.pass(29_000);
  t.send({ type: 'agent.found', pane: paneOf(500), mark: 'mark-found' });
  expect(t.readings.asked.at(-1)?.agent).toEqual(identity(500));
  expect(t.facts()).toMatchObject({ agent: identity(500), mark: 'mark-found' });
  t.pass(29_000);
  expect(t.where()).toBe('booting');
});

test('a listing that is older than the agent it shows does not send it back to its start', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('busy');
  t.send({ type: 'agent.found', pane: paneOf(t.context().agent?.pid ?? 0), mark: 'm' });
  expect(t.where()).toBe('running');
});

test('a session that an operator renamed is left alone: the slot gets a new one, with a new conversation', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('busy', { onDisk: true });
  const before = t.context();
  t.send({ type: 'session.renamed', to: 'mine', agent: before.agent ?? identity(0) });
  expect(t.where()).toBe('launching');
  const request = t.launches.asked.at(-1);
  expect(request).toMatchObject({ previous: null, facts: { agent: null, hasTranscript: false } });
  expect(request?.facts.conversation).not.toBe(before.conversation);
  expect(request?.facts.mark).not.toBe(before.mark);
});

test('a rename that only the launch of the successor finds has the same end', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('busy', { onDisk: true });
  const { conversation } = t.context();
  t.launches.next.push(refusal('SESSION_RENAMED'));
  t.send({ type: 'operator.restart' });
  await t.settle();
  expect(t.launches.asked.map(({ previous }) => previous)).toEqual([null, identity(101), null]);
  expect(t.launches.asked.at(-1)?.facts.conversation).not.toBe(conversation);
  expect(t.context().launchFailures).toBe(0);
});

test('a rename that is told of late does not hit the agent that came after', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.send({ type: 'session.renamed', to: 'mine', agent: identity(4242) });
  expect(t.where()).toBe('ready');
});

test('what must survive the daemon is told at each change of it', async () => {
  const t = startTestSession();
  expect(t.facts()).toMatchObject({ name: 'pool-0', agent: null, workdir: '/work', held: false });
  await t.settle();
  expect(t.facts()?.agent).toEqual(identity(101));
  t.dies();
  expect(t.facts()).toMatchObject({ agent: null, crashedAt: expect.any(Number) });
});

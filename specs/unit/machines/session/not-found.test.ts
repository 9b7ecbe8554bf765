/** An agent that ends since its client finds no conversation to go on with. */
import { expect, test } from '@jest/globals';
import { startReady, startRunning } from '../../../harness/session-tasks.ts';
import { startTestSession } from '../../../harness/test-session.ts';

type Session = Awaited<ReturnType<typeof startReady>>;

function findsNone(t: Session): void {
  t.dies({
    cause: { kind: 'exit', code: 1 },
    lastScreen: `No conversation found with session ID: ${t.context().conversation}`,
  });
}

test('its reset begins another conversation, unless its transcript is where the client looks for it by then', async () => {
  const t = startTestSession();
  await t.settle();
  const { conversation } = t.context();
  findsNone(t);
  expect(t.context().reason).toContain('while it is not there, that starts a new conversation');
  t.send({ type: 'operator.reset' });
  const request = t.launches.asked.at(-1);
  expect(request).toMatchObject({ facts: { conversation }, anew: { unless: 'inItsFolder' } });
  expect(request?.anew?.conversation).not.toBe(conversation);
});

test('its session is given up at once, and says what to do: no other start would end otherwise', async () => {
  const t = startTestSession();
  await t.settle();
  const { conversation } = t.context();
  findsNone(t);
  expect(t.value()).toBe('failed');
  expect(t.facts()?.failed).toMatchObject({
    code: 'CONVERSATION_NOT_FOUND',
    reason: expect.stringContaining(
      `the client finds no conversation ${conversation} of /work: put its transcript into the folder of projects/ named after that directory, then run "claude-failover session reset`,
    ),
  });
  t.send({ type: 'operator.reset' });
  expect(t.launches.asked.at(-1)).toMatchObject({ facts: { conversation } });
});

test('a task that had begun in it fails for good, and its session goes on without it', async () => {
  const t = await startReady();
  t.assign({ conversation: 'its-own' });
  await t.settle();
  findsNone(t);
  expect(t.where()).toBe('backingOff');
  expect(t.news().at(-1)).toMatchObject({
    kind: 'failed',
    error: expect.stringContaining('the client finds no conversation'),
    retryable: false,
  });
  expect(t.context()).toMatchObject({ task: null, failure: null });
});

test('an agent that had come up, and quotes that, has crashed like any other', async () => {
  const idle = await startReady();
  findsNone(idle);
  expect(idle.where()).toBe('backingOff');
  const working = await startRunning();
  findsNone(working);
  expect(working.where()).toBe('backingOff');
  expect(working.context().task).not.toBeNull();
});

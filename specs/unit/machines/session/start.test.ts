import { expect, test } from '@jest/globals';
import { sessionFacts } from '../../../harness/facts.ts';
import { identity, paneOf, startTestSession } from '../../../harness/test-session.ts';

test('a session that nobody remembers begins with an id and a mark of its own', () => {
  const t = startTestSession({ facts: null });
  expect(t.launches.asked).toMatchObject([
    {
      previous: null,
      reason: 'boot',
      facts: { account: 'first', workdir: '/work', restarts: 0, hasTranscript: false },
    },
  ]);
  const { facts, newMark } = t.launches.asked[0] ?? {};
  expect(new Set([facts?.conversation, facts?.mark, newMark]).size).toBe(3);
});

test('a dedicated session begins on the account it is bound to', () => {
  const t = startTestSession({
    slot: { name: 'mine', kind: 'dedicated', index: null, workdir: '/p', account: 'second' },
  });
  expect(t.context().account).toBe('second');
});

test('a living agent is adopted: nothing is launched, and its own words say what it does', async () => {
  const facts = sessionFacts({ hasTranscript: true, restarts: 4 });
  const t = startTestSession({ facts, start: { kind: 'adopt', pane: paneOf(88), mark: 'on-it' } });
  expect(t.where()).toBe('booting');
  expect(t.facts()).toEqual({ ...facts, mark: 'on-it', agent: identity(88) });
  t.says('waiting');
  expect(t.where()).toBe('waiting');
  expect(t.launches.asked).toEqual([]);
  expect(t.logged()).toEqual(['session.adopted', 'session.ready']);
});

test('an agent that outlived its pane and the daemon is ended before the next one starts', async () => {
  const facts = sessionFacts({ agent: null, previous: identity(88) });
  const t = startTestSession({ facts, start: { kind: 'launch' } });
  expect(t.launches.asked).toMatchObject([{ previous: identity(88) }]);
  expect(t.facts()).toMatchObject({ agent: null, previous: identity(88) });
  await t.settle();
  expect(t.facts()).toMatchObject({ agent: identity(101), previous: null });
});

test('an agent that was to be ended and is found in its pane is adopted, and no longer to be ended', () => {
  const facts = sessionFacts({ agent: null, previous: identity(88) });
  const t = startTestSession({ facts, start: { kind: 'adopt', pane: paneOf(88), mark: 'm' } });
  expect(t.facts()).toMatchObject({ agent: identity(88), previous: null });
});

test('a death that no daemon saw is counted now, and its successor is staggered with the pool', async () => {
  const facts = sessionFacts({ agent: identity(88), restarts: 4 });
  const death = { pid: 88, cause: { kind: 'exit', code: 1 }, lastScreen: 'bye' } as const;
  const t = startTestSession({ facts, start: { kind: 'died', death } });
  expect(t.where()).toBe('backingOff');
  expect(t.crashes()).toMatchObject([{ pid: 88, lastScreen: 'bye', state: 'idle' }]);
  t.pass(1000);
  expect(t.launches.asked).toMatchObject([
    { previous: identity(88), reason: 'boot', facts: { conversation: facts.conversation } },
  ]);
  await t.settle();
  expect(t.context().restarts).toBe(5);
});

test('crashes of an earlier daemon still count: one more than allowed is given up', () => {
  const death = { pid: 88, cause: { kind: 'vanished' }, lastScreen: '' } as const;
  const t = startTestSession({
    facts: sessionFacts({ agent: identity(88) }),
    start: { kind: 'died', death },
    crashTimes: [-2000, -1000],
  });
  expect(t.value()).toBe('failed');
});

test('crashes of an earlier daemon lengthen the back-off', async () => {
  const t = startTestSession({
    facts: sessionFacts({ agent: identity(88) }),
    start: { kind: 'adopt', pane: paneOf(88), mark: 'm' },
    crashTimes: [-1000],
  });
  t.says('idle');
  t.dies();
  expect(t.context().delayMs).toBe(1500);
});

test('crashes of an earlier daemon leave the window like any other', async () => {
  const t = startTestSession({
    facts: sessionFacts({ agent: identity(88) }),
    start: { kind: 'adopt', pane: paneOf(88), mark: 'm' },
    crashTimes: [-2000, -1000],
  });
  t.says('idle');
  t.pass(58_500);
  t.dies();
  expect(t.where()).toBe('backingOff');
  expect(t.context().crashTimes).toEqual([-1000, 58_500]);
});

test('a failed session stays failed, and it is not said a second time', () => {
  const failed = { at: 5, code: 'WORKDIR_MISSING', reason: 'gone' };
  const t = startTestSession({
    facts: sessionFacts({ agent: null, failed, restarts: 7 }),
    start: { kind: 'failed' },
  });
  expect(t.value()).toBe('failed');
  expect(t.context()).toMatchObject({ reason: 'gone', restarts: 7 });
  expect(t.facts()?.failed).toEqual(failed);
  expect(t.logged()).toEqual([]);
});

test('a failed session whose transcript had vanished may begin afresh also after another start', () => {
  const facts = sessionFacts({
    failed: { at: 5, code: 'TRANSCRIPT_VANISHED', reason: 'gone' },
    hasTranscript: true,
  });
  const t = startTestSession({ facts, start: { kind: 'failed' } });
  t.send({ type: 'operator.reset' });
  expect(t.launches.asked[0]?.anew?.conversation).not.toBe(facts.conversation);
});

test('a held session stays held with the agent it has', () => {
  const facts = sessionFacts({ agent: identity(88), held: true });
  const t = startTestSession({ facts, start: { kind: 'held', pane: paneOf(88) } });
  expect(t.where()).toBe('held');
  expect(t.facts()).toEqual(facts);
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('booting');
});

test('a held session without an agent launches when it is released, not before', () => {
  const facts = sessionFacts({ agent: identity(88), held: true });
  const t = startTestSession({ facts, start: { kind: 'held', pane: null } });
  t.pass(600_000);
  expect(t.launches.asked).toEqual([]);
  t.send({ type: 'operator.release' });
  expect(t.launches.asked).toMatchObject([{ previous: identity(88) }]);
});

test('a session that lives on under another name is not ended for the one that takes its place', () => {
  const facts = sessionFacts({ agent: identity(88) });
  const t = startTestSession({ facts, start: { kind: 'renamed' } });
  const [request] = t.launches.asked;
  expect(request?.previous).toBeNull();
  expect(request?.facts.conversation).not.toBe(facts.conversation);
});

test('a conversation goes on in the directory it began in, and only a fresh one in the new one', () => {
  const slot = { name: 'pool-0', kind: 'autonomous', index: 0, account: null } as const;
  const facts = sessionFacts({ workdir: '/before', agent: null });
  const t = startTestSession({ facts, slot: { ...slot, workdir: '/now' } });
  expect(t.launches.asked[0]?.facts.workdir).toBe('/before');
  const gone = { ...facts, failed: { at: 1, code: 'WORKDIR_MISSING', reason: 'gone' } };
  const again = startTestSession({
    facts: gone,
    slot: { ...slot, workdir: '/now' },
    start: { kind: 'failed' },
  });
  again.send({ type: 'operator.reset' });
  const { anew } = again.launches.asked[0] ?? {};
  expect(anew?.workdir).toBe('/now');
  expect(anew?.conversation).not.toBe(facts.conversation);
});

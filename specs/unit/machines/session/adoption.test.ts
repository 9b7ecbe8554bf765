import { expect, test } from '@jest/globals';
import { sessionFacts } from '../../../harness/facts.ts';
import {
  identity,
  launchedBy,
  paneOf,
  refusal,
  startTestSession,
} from '../../../harness/test-session.ts';

const blocked = { start: { kind: 'blocked' } } as const;

test('adopt takes the session over as it is, with the conversation and the account of its agent', async () => {
  const t = startTestSession(blocked);
  const status = {
    agent: identity(77),
    conversation: 'theirs',
    status: 'idle',
    waitingFor: null,
    cwd: '/theirs',
    account: 'second',
  } as const;
  t.adoptions.next.push({ pane: paneOf(77), status, restart: false });
  t.send({ type: 'operator.adopt', restart: false });
  expect(t.adoptions.asked).toEqual([
    { session: 'pool-0', mark: t.context().mark, previous: null, restart: false },
  ]);
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.facts()).toMatchObject({
    conversation: 'theirs',
    account: 'second',
    agent: identity(77),
    workdir: '/theirs',
    hasTranscript: false,
  });
  expect(t.context().reason).toBeNull();
  expect(t.logged()).toEqual(['session.blocked', 'session.adopted']);
  expect(t.reports).toContainEqual({ type: 'session.launched', name: 'pool-0' });
});

test('whether the adopted conversation is on disk is not what was known of the one before', async () => {
  const t = startTestSession({ ...blocked, facts: sessionFacts({ hasTranscript: true }) });
  const status = {
    agent: identity(77),
    conversation: 'theirs',
    status: 'idle',
    waitingFor: null,
    cwd: '/theirs',
    account: 'first',
  } as const;
  t.adoptions.next.push({ pane: paneOf(77), status, restart: true });
  t.send({ type: 'operator.adopt', restart: true });
  await t.settle();
  expect(t.launches.asked[0]?.facts).toMatchObject({
    conversation: 'theirs',
    hasTranscript: false,
  });
});

test('an adoption names the agent of ours that must be dead by then', () => {
  const facts = sessionFacts({ agent: null, previous: identity(88) });
  const t = startTestSession({ ...blocked, facts });
  t.send({ type: 'operator.adopt', restart: true });
  expect(t.adoptions.asked).toMatchObject([{ previous: identity(88) }]);
});

test('adopt --restart replaces what runs there', async () => {
  const t = startTestSession(blocked);
  t.send({ type: 'operator.adopt', restart: true });
  await t.settle();
  expect(t.launches.asked).toMatchObject([{ previous: identity(77), reason: 'operator' }]);
});

test('an adoption that is refused leaves it blocked and says why', async () => {
  const t = startTestSession(blocked);
  t.adoptions.next.push(refusal('CONFLICT'));
  t.send({ type: 'operator.adopt', restart: false });
  await t.settle();
  expect(t.value()).toEqual({ idle: { blocked: 'waiting' } });
  expect(t.context().reason).toBe('refused: CONFLICT');
  t.send({ type: 'operator.adopt', restart: true });
  expect(t.where()).toBe('adopting');
});

test('a hold during an adoption takes effect when it has ended', async () => {
  const t = startTestSession(blocked);
  t.send({ type: 'operator.adopt', restart: false });
  t.send({ type: 'operator.hold' });
  await t.settle();
  expect(t.where()).toBe('held');
  expect(t.context().agent).toEqual(identity(77));
});

test('a session that ends while it is adopted frees the slot', async () => {
  const t = startTestSession(blocked, { byHand: true });
  t.send({ type: 'operator.adopt', restart: false });
  t.send({ type: 'slot.freed' });
  expect(t.where()).toBe('launching');
  t.adoptions.answer();
  await t.settle();
  expect(t.where()).toBe('launching');
});

test('an adoption that seemed to fail is found to have happened', async () => {
  const t = startTestSession(blocked);
  t.adoptions.next.push(refusal('TMUX_TIMED_OUT'));
  t.send({ type: 'operator.adopt', restart: false });
  await t.settle();
  t.send({ type: 'agent.found', pane: paneOf(77), mark: 'm' });
  expect(t.where()).toBe('booting');
  expect(t.context().reason).toBeNull();
});

test('each blocking takes a mark that no session of ours has had', async () => {
  const t = startTestSession();
  await t.settle();
  const before = t.context().mark;
  t.dies({ cause: { kind: 'vanished' } });
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  t.pass(1000);
  await t.settle();
  expect(t.context().mark).not.toBe(before);
});

test('an adopted agent that says nothing, as its account may have left the config, is never ended for it', async () => {
  const t = startTestSession({ start: { kind: 'adopt', pane: paneOf(5), mark: 'm' } });
  t.pass(600_000);
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.context().agent).toEqual(identity(5));
  t.says('busy', { account: 'second' });
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  expect(t.facts()).toMatchObject({ account: 'second' });
});

test('neither is one that was found, nor one that an unfinished launch had left', async () => {
  const found = startTestSession();
  await found.settle();
  found.send({ type: 'agent.found', pane: paneOf(5), mark: 'm' });
  const left = startTestSession({}, { byHand: true });
  const [asked] = left.launches.asked;
  if (asked === undefined) throw new Error('nothing was launched');
  left.launches.answer({ ...launchedBy(asked, paneOf(5)), mode: 'found' });
  await left.settle();
  for (const t of [found, left]) {
    t.pass(600_000);
    expect(t.where()).toBe('booting');
  }
});

test('an agent that was found goes on, after a crash, in the directory in which it was started', async () => {
  const t = startTestSession();
  await t.settle();
  t.send({ type: 'agent.found', pane: paneOf(5), mark: 'm' });
  t.says('idle', { conversation: 'theirs', cwd: '/theirs' });
  t.dies();
  t.pass(1000);
  expect(t.launches.asked.at(-1)?.facts).toMatchObject({
    conversation: 'theirs',
    workdir: '/theirs',
  });
});

test('our own conversation stays at the path we began it in, whichever way its client spells it', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle', { cwd: '/the/real/work' });
  expect(t.facts()).toMatchObject({ workdir: '/work' });
});

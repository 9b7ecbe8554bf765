import { expect, test } from '@jest/globals';
import type { SessionFacts, SessionTrouble } from '../../../../machines/ports.ts';
import type { SessionStart } from '../../../../machines/session/types.ts';
import { sessionFacts } from '../../../harness/facts.ts';
import { startHolding } from '../../../harness/session-tasks.ts';
import { identity, paneOf, START, startTestSession, TASK } from '../../../harness/test-session.ts';
import { limited } from '../../../harness/turn-failures.ts';

const TROUBLE: SessionTrouble = {
  trouble: { kind: 'limit', window: 'five_hour', resetsAt: null },
  evidence: {
    source: 'signal',
    at: START,
    session: 'pool-0',
    conversation: 'begun',
    prompt: 'prompt-1',
    error: 'rate_limit',
    status: null,
    message: '',
  },
  account: 'first',
  isOver: false,
};
const begun = { conversation: 'begun', confirmed: true, attempts: 1 };
const adopt: SessionStart = { kind: 'adopt', pane: paneOf(5), mark: 'm' };

function factsWith(overrides: Partial<SessionFacts>): SessionFacts {
  return sessionFacts({
    name: 'pool-0',
    agent: identity(5),
    conversation: 'begun',
    hasTranscript: true,
    workdir: '/project',
    trouble: TROUBLE,
    ...overrides,
  });
}

test.each([
  ['its agent', { agent: identity(5) }],
  ['the one that was to end', { agent: null, previous: identity(5) }],
])('a task whose agent is in trouble waits for an order at once: %s', async (_, known) => {
  const t = await startHolding(begun, { start: adopt, facts: factsWith(known) });
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
  expect(t.context()).toMatchObject({ agent: null, previous: identity(5), task: { id: TASK } });
  // It was told to the daemon before.
  expect(t.troubles()).toEqual([]);
  t.ends(limited('prompt-1'));
  expect(t.troubles()).toEqual([]);
});

test('an agent that was started after the trouble is in none', async () => {
  const facts = factsWith({ agent: null, account: 'second' });
  const unheard = { ...begun, confirmed: false };
  const t = await startHolding(unheard, { start: adopt, facts, isCounted: true });
  expect(t.where()).toBe('booting');
  t.says('busy');
  expect(t.where()).toBe('atPrompt');
  t.prompted();
  // A limit is no attempt, nor is the death of a daemon in the middle of a move.
  expect(t.news()).toEqual([{ kind: 'confirmed', conversation: 'begun', counts: false }]);
  expect(t.context().task?.attempts).toBe(1);
});

test('without a task nothing has to go on: its client says how it is', async () => {
  const t = startTestSession({ start: adopt, facts: factsWith({}) });
  await t.settle();
  t.says('idle');
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.context().trouble?.isOver).toBe(false);
});

test('a limit that no daemon has heard of is not the end: its signal is still to come', async () => {
  const facts = factsWith({ trouble: null });
  const t = await startHolding(begun, { start: adopt, facts, ended: limited('prompt-1') });
  expect(t.news()).toEqual([]);
  expect(t.where()).toBe('booting');
  t.ends(limited('prompt-1'));
  expect(t.where()).toBe('moving.awaiting');
  expect(t.troubles()).toHaveLength(1);
});

test('a session that was parked is started, and waits for an order if its account refuses', async () => {
  const facts = factsWith({ agent: null });
  const t = await startHolding(begun, { start: { kind: 'launch' }, facts }, { byHand: true });
  expect(t.launches.asked).toMatchObject([{ task: { id: TASK }, previous: null, reason: 'boot' }]);
});

test('one that is held stays as it is', async () => {
  const facts = factsWith({ held: true });
  const t = await startHolding(begun, { start: { kind: 'held', pane: paneOf(5) }, facts });
  expect(t.value()).toEqual({ idle: 'held' });
  t.send({ type: 'operator.release' });
  expect(t.where()).toBe('moving.awaiting');
});

import { expect, test } from '@jest/globals';
import { EVIDENCE, startTestFailover } from '../../../harness/test-failover.ts';
import { START } from '../../../harness/test-session.ts';

const OF = { session: 'pool-0', index: 0, conversation: 'conversation-0', from: 'first' } as const;
const TO_SECOND = { type: 'failover.decided', to: 'second', why: 'second can be used' } as const;

async function startResuming() {
  const t = startTestFailover();
  t.send(TO_SECOND);
  await t.settle();
  t.send({ type: 'failover.moved' });
  return t;
}

test('its beginning is logged with its reason and the evidence', () => {
  const t = startTestFailover();
  const entry = { event: 'failover.started', ...OF, reason: 'limit', evidence: EVIDENCE };
  expect(t.entries()).toEqual([entry]);
});

test('one that an earlier daemon began is not said to begin', () => {
  expect(startTestFailover({}, { isNew: false }).entries()).toEqual([]);
  expect(startTestFailover({ step: 'moving' }, { isNew: false }).entries()).toEqual([]);
});

test('where it is to go is logged with why, before it goes', async () => {
  const t = startTestFailover({}, { byHand: true });
  t.forget();
  t.send(TO_SECOND);
  const entry = { event: 'failover.decided', ...OF, to: 'second', reason: 'limit' };
  expect(t.entries()).toEqual([{ ...entry, why: 'second can be used' }]);
  t.journal.answer(new Error('no disk'));
  await t.settle();
  t.jump(1000);
  await t.settle();
  expect(t.entries()).toHaveLength(1);
  expect(t.snapshot().context.why).toBe('second can be used');
});

test('its completion is logged with how long it took from its start', async () => {
  const t = await startResuming();
  t.jump(4321);
  t.send({ type: 'failover.resumed' });
  expect(t.entries().at(-1)).toEqual({
    event: 'failover.completed',
    ...OF,
    to: 'second',
    reason: 'limit',
    ms: 4321,
  });
});

test('a session that is parked is logged with the time at which the first account is due', async () => {
  const t = startTestFailover({}, { index: null });
  t.send({ type: 'failover.no_account', until: START + 1000 });
  await t.settle();
  expect(t.logged()).toEqual(['failover.started']);
  t.send({ type: 'failover.parked' });
  const until = new Date(START + 1000).toISOString();
  expect(t.entries().at(-1)).toEqual({ event: 'failover.parked', ...OF, index: null, until });
});

test('a session that is parked while no account is due says so', async () => {
  const t = startTestFailover();
  t.send({ type: 'failover.no_account', until: null });
  await t.settle();
  t.send({ type: 'failover.parked' });
  expect(t.entries().at(-1)).toMatchObject({ event: 'failover.parked', until: null });
});

test('one that is not needed any more, or cannot be, is logged as it ends', async () => {
  const t = startTestFailover();
  t.send({ type: 'failover.stayed' });
  expect(t.entries().at(-1)).toEqual({ event: 'failover.stayed', ...OF });
  const u = await startResuming();
  u.send({ type: 'failover.given_up', error: 'the workdir is gone' });
  const entry = { event: 'failover.failed', ...OF, to: 'second', reason: 'the workdir is gone' };
  expect(u.entries().at(-1)).toEqual(entry);
});

test('a session that has to leave its new account as well is logged as leaving that one', async () => {
  const t = await startResuming();
  t.send({ type: 'failover.again', from: 'second', reason: 'login', evidence: null });
  const entry = { event: 'failover.started', ...OF, from: 'second', reason: 'login' };
  expect(t.entries().at(-1)).toEqual({ ...entry, evidence: null });
});

test('a session that has to wait again where it was says nothing new', async () => {
  const t = startTestFailover({ step: 'parked' }, { isNew: false });
  t.send({ type: 'failover.again', from: 'first', reason: 'limit', evidence: EVIDENCE });
  const u = await startResuming();
  u.forget();
  u.send({ type: 'failover.again', from: 'first', reason: 'limit', evidence: EVIDENCE });
  expect([...t.entries(), ...u.entries()]).toEqual([]);
});

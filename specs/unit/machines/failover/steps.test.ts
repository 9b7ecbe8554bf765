import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../../config/errors.ts';
import { EVIDENCE, startTestFailover } from '../../../harness/test-failover.ts';
import { START } from '../../../harness/test-session.ts';

const TO_SECOND = { type: 'failover.decided', to: 'second', why: 'second can be used' } as const;
const NO_ACCOUNT = { type: 'failover.no_account', until: START + 60_000 } as const;
const MOVED = { type: 'failover.moved' } as const;
const RESUMED = { type: 'failover.resumed' } as const;
const PARKED = { type: 'failover.parked' } as const;
const refusedBy = (excludes: boolean, retryAt: number | null = null) =>
  ({ type: 'failover.refused', code: 'ACCOUNT_QUARANTINED', excludes, retryAt }) as const;

/** One whose session has been told to go on on the second account. */
async function startMoving() {
  const t = startTestFailover();
  t.send(TO_SECOND);
  await t.settle();
  return t;
}

async function startParked() {
  const t = startTestFailover();
  t.send(NO_ACCOUNT);
  await t.settle();
  t.send(PARKED);
  return t;
}

test('a failover that begins is told, and chooses', () => {
  const t = startTestFailover();
  expect(t.where()).toBe('choosing');
  expect(t.told()).toEqual([t.facts()]);
  expect(t.orders()).toEqual([]);
});

test('a move is ordered once its step is in the journal, and not before', async () => {
  const t = startTestFailover({}, { byHand: true });
  t.jump(5);
  t.send(TO_SECOND);
  await t.settle();
  expect(t.where()).toBe('moving, noting');
  expect(t.orders()).toEqual([]);
  const noted = { ...t.facts(), step: 'moving', to: 'second', changedAt: START + 5 };
  expect(t.journal.asked).toEqual([noted]);
  t.journal.answer();
  await t.settle();
  expect(t.orders()).toEqual([{ session: 'pool-0', type: 'failover.move', account: 'second' }]);
});

test('a park is ordered once its step is in the journal, and not before', async () => {
  const t = startTestFailover({}, { byHand: true });
  t.send(NO_ACCOUNT);
  await t.settle();
  expect(t.journal.asked.map(({ step }) => step)).toEqual(['parking']);
  expect(t.orders()).toEqual([]);
  t.journal.answer();
  await t.settle();
  expect(t.orders()).toEqual([{ session: 'pool-0', type: 'failover.park' }]);
});

test('a store that fails is asked again each second until the step is in the journal; one order is given', async () => {
  const t = startTestFailover();
  t.journal.next.push(new FailoverError('STORE_FAILED', 'locked'), new Error('no disk'));
  t.send(TO_SECOND);
  await t.settle();
  expect(t.where()).toBe('moving, retrying');
  t.jump(999);
  expect(t.journal.asked).toHaveLength(1);
  t.jump(1);
  await t.settle();
  expect(t.orders()).toEqual([]);
  t.jump(1000);
  await t.settle();
  expect(t.journal.asked).toHaveLength(3);
  expect(t.orders()).toHaveLength(1);
  expect(t.where()).toBe('moving');
});

test('while a step is being written nothing is heard: its order follows', async () => {
  const t = startTestFailover({}, { byHand: true });
  t.send(TO_SECOND);
  for (const event of [
    { type: 'failover.stayed' },
    { type: 'failover.given_up', error: 'failed' },
    refusedBy(true),
    MOVED,
    { type: 'failover.decided', to: 'third', why: 'third can be used' },
    NO_ACCOUNT,
  ] as const) {
    t.send(event);
  }
  t.journal.answer();
  await t.settle();
  expect(t.orders()).toEqual([{ session: 'pool-0', type: 'failover.move', account: 'second' }]);
  expect(t.where()).toBe('moving');
});

test('a session that has moved and goes on ends its failover', async () => {
  const t = await startMoving();
  t.send(MOVED);
  expect(t.where()).toBe('resuming');
  expect(t.told().at(-1)).toMatchObject({ step: 'resuming', to: 'second', endedAt: null });
  t.jump(700);
  t.send(RESUMED);
  const end = { step: 'completed', error: null, endedAt: START + 700, changedAt: START + 700 };
  expect(t.told().at(-1)).toMatchObject(end);
  expect(t.snapshot().status).toBe('done');
});

test('a target that refused is not tried again, and what refused first stays out', async () => {
  const t = await startMoving();
  t.send(refusedBy(true));
  expect(t.facts()).toMatchObject({ step: 'choosing', tried: ['second'], notBefore: null });
  t.send({ type: 'failover.decided', to: 'third', why: 'third can be used' });
  await t.settle();
  t.send(refusedBy(true));
  expect(t.facts().tried).toEqual(['second', 'third']);
});

test('an order that was not taken is thought of again later, and excludes nobody', async () => {
  const t = await startMoving();
  t.send(refusedBy(false, START + 5000));
  expect(t.facts()).toMatchObject({ step: 'choosing', tried: [], notBefore: START + 5000 });
  t.send(TO_SECOND);
  expect(t.facts()).toMatchObject({ step: 'moving', notBefore: null });
});

test('ten seconds after the last refusal the accounts that refused may be asked again, and that is told', async () => {
  const t = await startMoving();
  t.send(refusedBy(true));
  t.forget();
  t.jump(9_999);
  expect(t.facts().tried).toEqual(['second']);
  t.jump(1);
  expect(t.told()).toEqual([t.facts()]);
  expect(t.facts()).toMatchObject({ step: 'choosing', tried: [], changedAt: START + 10_000 });
  t.jump(10_000);
  expect(t.told()).toHaveLength(1);
});

test('what refused a session before it was parked may be asked again ten seconds later, too', async () => {
  const t = await startMoving();
  t.send(refusedBy(true));
  t.send(NO_ACCOUNT);
  await t.settle();
  t.send(PARKED);
  expect(t.facts().tried).toEqual(['second']);
  t.jump(10_000);
  expect(t.told().at(-1)).toMatchObject({ step: 'parked', tried: [] });
});

test('an account on which its agent never came up is left for another, and not asked again for a minute', async () => {
  const t = await startMoving();
  t.send(MOVED);
  t.send({ type: 'failover.refused', code: 'AGENT_NEVER_CAME_UP', excludes: true, retryAt: null });
  expect(t.told().at(-1)).toMatchObject({ step: 'choosing', from: 'first', tried: ['second'] });
  t.jump(59_999);
  expect(t.facts().tried).toEqual(['second']);
  t.jump(1);
  expect(t.facts().tried).toEqual([]);
});

test('why those in the journal refused is not known: they are not asked again for a minute', async () => {
  const t = startTestFailover({ step: 'choosing', tried: ['third'] }, { isNew: false });
  t.jump(59_999);
  expect(t.facts().tried).toEqual(['third']);
  t.jump(1);
  expect(t.facts().tried).toEqual([]);
});

test.each(['proactive', 'return'] as const)(
  'one of our own accord (%s) is an operator`s once one asks for it',
  (reason) => {
    const t = startTestFailover({ reason, evidence: null });
    t.send({ type: 'failover.wanted', wanted: 'third' });
    expect(t.told().at(-1)).toMatchObject({ reason: 'operator', wanted: 'third' });
  },
);

test('while it chooses, an operator may ask for another account instead, and who refused may be asked again', async () => {
  const t = startTestFailover({ reason: 'operator', wanted: 'second', evidence: null });
  t.send(TO_SECOND);
  await t.settle();
  t.send(refusedBy(true));
  t.send({ type: 'failover.wanted', wanted: 'third' });
  expect(t.told().at(-1)).toMatchObject({ step: 'choosing', wanted: 'third', tried: [] });
});

test('a parked session goes on once there is an account', async () => {
  const t = await startParked();
  expect(t.told().at(-1)).toMatchObject({ step: 'parked', endedAt: null });
  t.send(TO_SECOND);
  await t.settle();
  expect(t.journal.asked.map(({ step }) => step)).toEqual(['parking', 'moving']);
  expect(t.orders().at(-1)).toMatchObject({ type: 'failover.move', account: 'second' });
});

test('a park that was not taken is chosen anew', async () => {
  const t = startTestFailover();
  t.send(NO_ACCOUNT);
  await t.settle();
  t.send(refusedBy(false, START + 5000));
  expect(t.facts()).toMatchObject({ step: 'choosing', tried: [], notBefore: START + 5000 });
});

test('a session that has to leave its new account as well goes on with the same failover, from there', async () => {
  const t = await startMoving();
  t.send(refusedBy(true));
  t.send({ type: 'failover.decided', to: 'third', why: 'third can be used' });
  await t.settle();
  t.send(MOVED);
  t.send({ type: 'failover.again', from: 'third', reason: 'login', evidence: null });
  expect(t.told().at(-1)).toMatchObject({
    id: 'failover-0',
    step: 'choosing',
    from: 'third',
    reason: 'login',
    evidence: null,
    tried: [],
    startedAt: START,
    endedAt: null,
  });
});

test('an account that an operator asked for is not asked for again by who has been there', async () => {
  const t = startTestFailover({ reason: 'operator', wanted: 'second', evidence: null });
  t.send(TO_SECOND);
  await t.settle();
  t.send(MOVED);
  t.send({ type: 'failover.again', from: 'second', reason: 'limit', evidence: EVIDENCE });
  expect(t.facts()).toMatchObject({ reason: 'limit', wanted: null, evidence: EVIDENCE });
});

const WAYS = [
  ['choosing', []],
  ['moving', [TO_SECOND]],
  ['resuming', [TO_SECOND, MOVED]],
  ['parking', [NO_ACCOUNT]],
  ['parked', [NO_ACCOUNT, PARKED]],
] as const;

/** One that has heard these events, its journal written after each. */
async function startAfter(way: (typeof WAYS)[number][1]) {
  const t = startTestFailover();
  for (const event of way) {
    t.send(event);
    await t.settle();
  }
  t.jump(9);
  return t;
}

test.each(WAYS)('a failover that is %s ends when it is not needed any more', async (step, way) => {
  const t = await startAfter(way);
  expect(t.facts().step).toBe(step);
  t.send({ type: 'failover.stayed' });
  expect(t.told().at(-1)).toMatchObject({ step: 'stayed', error: null, endedAt: START + 9 });
  expect(t.snapshot().status).toBe('done');
});

test.each(WAYS)('a failover that is %s ends when its session cannot go on', async (step, way) => {
  const t = await startAfter(way);
  expect(t.facts().step).toBe(step);
  t.send({ type: 'failover.given_up', error: 'no directory' });
  const end = { step: 'failed', error: 'no directory', endedAt: START + 9 };
  expect(t.told().at(-1)).toMatchObject(end);
  expect(t.snapshot().status).toBe('done');
});

test.each(['moving', 'parking'] as const)(
  'one that an earlier daemon left %s chooses anew, and knows who refused',
  async (step) => {
    const left = { step, to: 'second', tried: ['third'], notBefore: START } as const;
    const t = startTestFailover(left, { isNew: false });
    await t.settle();
    expect(t.told()).toEqual([t.facts()]);
    expect(t.facts()).toMatchObject({ ...left, step: 'choosing' });
    expect(t.orders()).toEqual([]);
    expect(t.journal.asked).toEqual([]);
  },
);

test.each(['choosing', 'resuming', 'parked'] as const)(
  'one that an earlier daemon left %s is that still',
  (step) => {
    const t = startTestFailover({ step, to: 'second' }, { isNew: false });
    expect(t.where()).toBe(step);
    expect(t.facts()).toMatchObject({ step, changedAt: START });
  },
);

test('an order of an earlier daemon that came about is followed up', () => {
  const t = startTestFailover({ step: 'moving', to: 'second' }, { isNew: false });
  t.send(MOVED);
  expect(t.facts()).toMatchObject({ step: 'resuming', to: 'second' });
});

test('nothing has moved that was not told where to', () => {
  const t = startTestFailover();
  t.send(MOVED);
  expect(t.where()).toBe('choosing');
});

import { expect, test } from '@jest/globals';
import { accountMachine } from '../../../machines/account/machine.ts';
import { newFailover } from '../../../machines/failover/changes.ts';
import type { FailoverInput } from '../../../machines/failover/types.ts';
import type { FailoverEvent } from '../../../machines/failovers.ts';
import { createAccountBoard } from '../../../supervisor/account-board.ts';
import { accountNamed, failoverOf, failoversOf } from '../../../supervisor/children.ts';
import { sessionNamed, sessionsOf } from '../../../supervisor/pool.ts';
import { evidence, failoverFacts } from '../../harness/account-facts.ts';
import { limitFailure } from '../../harness/limited-pool.ts';
import { startTestRoot } from '../../harness/test-root.ts';
import { START, settle, statusOf } from '../../harness/test-session.ts';

const LIMITED = limitFailure(START + 3_600_000, START, 'prompt-1');

type Root = ReturnType<typeof startTestRoot>;

/** A root whose sessions are at their prompts. */
async function startedRoot(options: Parameters<typeof startTestRoot>[0] = {}) {
  const t = startTestRoot(options);
  await t.settle();
  for (const session of sessionsOf(t.root)) {
    const status = statusOf(session.getSnapshot().context, { status: 'idle' });
    session.send({ type: 'agent.status', status, hasTranscript: true });
  }
  t.emitted.length = 0;
  return t;
}

function input({ chance }: Root, session: string): FailoverInput {
  const beginning = { id: chance.newId(), session, conversation: 'c', from: 'first' };
  const why = { reason: 'operator', evidence: null, wanted: null } as const;
  const facts = newFailover({ ...beginning, ...why }, chance.clock.now());
  return { facts, index: 0, isNew: true, clock: chance.clock };
}

const tell = ({ root }: Root, session: string, event: FailoverEvent) =>
  root.send({ type: 'failover.tell', session, event });

const stateOf = ({ root }: Root, account: string) =>
  accountNamed(root, account)?.getSnapshot().value;

test('accounts are there before the first session, whose launch asks for them', () => {
  let first: readonly string[] | null = null;
  const t = startTestRoot({
    beforeStart: (root) => {
      first = Object.keys(root.getSnapshot().children);
    },
  });
  const machines = ['account:first', 'account:second', 'pool-0', 'pool-1', 'pool-2'];
  expect(first).toEqual([...machines, expect.any(String)]);
  expect(stateOf(t, 'second')).toBe('available');
});

test('trouble that a session has is told to the account that its turn ran on, once for all sessions', async () => {
  const t = await startedRoot();
  for (const session of ['pool-0', 'pool-1']) {
    const { conversation } = t.contextOf(session);
    const outcome = { ...LIMITED, prompt: `prompt of ${session}` };
    sessionNamed(t.root, session)?.send({
      type: 'turn.ended',
      conversation,
      outcome,
      background: 0,
    });
  }
  expect([stateOf(t, 'first'), stateOf(t, 'second')]).toEqual(['limited', 'available']);
  const limited = t.of('logged').filter(({ entry }) => entry.event === 'account.limited');
  expect(limited).toHaveLength(1);
  expect(t.of('accountChanged').map(({ facts }) => facts.limit?.evidence.session)).toEqual([
    'pool-0',
  ]);
});

test('a login that does not work is told to its account as such', async () => {
  const t = await startedRoot();
  const { conversation } = t.contextOf('pool-0');
  const outcome = { ...LIMITED, error: 'authentication_failed', message: 'Please run /login' };
  sessionNamed(t.root, 'pool-0')?.send({
    type: 'turn.ended',
    conversation,
    outcome,
    background: 0,
  });
  expect(stateOf(t, 'first')).toBe('unauthenticated');
});

test('trouble with an account that has left the config harms nobody', async () => {
  const t = await startedRoot({ overrides: { account: 'gone' } });
  const { conversation } = t.contextOf('pool-0');
  sessionNamed(t.root, 'pool-0')?.send({
    type: 'turn.ended',
    conversation,
    outcome: LIMITED,
    background: 0,
  });
  expect(t.root.getSnapshot().status).toBe('active');
  expect([t.errors, stateOf(t, 'first')]).toEqual([[], 'available']);
});

test('the outside tells an account what it knows; a name that is nobody’s is told nothing', async () => {
  const t = await startedRoot();
  t.root.send({ type: 'account.tell', account: 'second', event: { type: 'operator.disable' } });
  t.root.send({ type: 'account.tell', account: 'third', event: { type: 'operator.disable' } });
  expect([stateOf(t, 'first'), stateOf(t, 'second')]).toEqual(['available', 'disabled']);
  expect(t.of('accountChanged').map(({ facts }) => facts.account)).toEqual(['second']);
  expect(t.errors).toEqual([]);
});

test('nothing may be started on an account that has left the config; before the root is there nobody knows', async () => {
  const board = createAccountBoard();
  expect(board.isUsable('gone')).toBe(true);
  board.attach((await startedRoot()).root);
  expect(['first', 'gone'].map(board.isUsable)).toEqual([true, false]);
});

test('of a session one failover is open at a time: another one that is to begin is none', async () => {
  const t = await startedRoot();
  const one = input(t, 'pool-0');
  t.root.send({ type: 'failover.begin', input: one });
  t.root.send({ type: 'failover.begin', input: input(t, 'pool-0') });
  t.root.send({ type: 'failover.begin', input: input(t, 'pool-1') });
  const open = failoversOf(t.root).map((failover) => failover.getSnapshot().context.facts);
  expect(open.map(({ session }) => session)).toEqual(['pool-0', 'pool-1']);
  expect(open[0]?.id).toBe(one.facts.id);
  expect(sessionsOf(t.root)).toHaveLength(3);
});

test('a failover that has ended is gone, and the next one of its session can begin', async () => {
  const t = await startedRoot();
  t.root.send({ type: 'failover.begin', input: input(t, 'pool-0') });
  tell(t, 'pool-0', { type: 'failover.stayed' });
  expect(failoverOf(t.root, 'pool-0')).toBeNull();
  expect(Object.keys(t.root.getSnapshot().children)).not.toContain('failover:pool-0');
  const next = input(t, 'pool-0');
  t.root.send({ type: 'failover.begin', input: next });
  expect(failoverOf(t.root, 'pool-0')?.getSnapshot().context.facts.id).toBe(next.facts.id);
  tell(t, 'pool-2', { type: 'failover.stayed' });
  expect(t.errors).toEqual([]);
});

test('an order goes to its session once it is in the journal, and that it was given is told', async () => {
  const t = await startedRoot({ byHand: false });
  t.root.send({ type: 'failover.begin', input: input(t, 'pool-1') });
  t.emitted.length = 0;
  tell(t, 'pool-1', { type: 'failover.decided', to: 'second', why: 'second can be used' });
  expect(t.journal.asked).toMatchObject([{ session: 'pool-1', step: 'moving', to: 'second' }]);
  expect(t.contextOf('pool-1').account).toBe('first');
  await settle();
  expect(t.launches.asked.at(-1)).toMatchObject({
    facts: { name: 'pool-1', account: 'second' },
    reason: 'move',
  });
  expect(t.of('failoverOrdered')).toEqual([{ type: 'failoverOrdered', session: 'pool-1' }]);
  expect(t.contextOf('pool-0').account).toBe('first');
});

test('an order to a session whose machine has broken harms nobody', async () => {
  const t = await startedRoot();
  t.root.send({ type: 'failover.begin', input: input(t, 'pool-1') });
  t.root.send({ type: 'xstate.error.actor.pool-1', actorId: 'pool-1', error: new Error('a bug') });
  tell(t, 'pool-1', { type: 'failover.decided', to: 'second', why: 'second can be used' });
  await settle();
  expect(t.errors).toEqual([]);
  expect(t.of('failoverOrdered')).toHaveLength(1);
});

test('what the journal says is open goes on with the root', () => {
  const chosen = failoverFacts({ session: 'pool-2', step: 'parked', to: 'second' });
  const t = startTestRoot();
  const failovers = [{ facts: chosen, index: 2, isNew: false, clock: t.chance.clock }];
  const next = startTestRoot({ failovers });
  expect(failoverOf(next.root, 'pool-2')?.getSnapshot().value).toBe('parked');
  expect(next.of('logged').filter(({ entry }) => entry.event === 'failover.started')).toEqual([]);
});

test('an account machine that breaks ends alone, and takes its place again with what is stored', async () => {
  const buggy = accountMachine.provide({
    actions: {
      note: () => {
        throw new Error('a bug');
      },
    },
  });
  const t = await startedRoot({ account: buggy });
  t.root.send({ type: 'account.tell', account: 'first', event: { type: 'operator.disable' } });
  expect(t.of('broke')).toMatchObject([{ name: 'account:first', error: new Error('a bug') }]);
  expect(accountNamed(t.root, 'first')).toBeNull();
  const stored = t.accountInput('first', { disabledAt: 1, limit: null, loginLost: evidence() });
  t.root.send({ type: 'account.spawn', input: stored });
  expect(stateOf(t, 'first')).toBe('disabled');
  expect(sessionsOf(t.root)).toHaveLength(3);
  expect(t.errors).toEqual([]);
});

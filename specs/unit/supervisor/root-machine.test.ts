import { expect, test } from '@jest/globals';
import { sessionMachine } from '../../../machines/session/machine.ts';
import { sessionNamed, sessionsOf } from '../../../supervisor/pool.ts';
import { aliveIn, deadIn, seen, startTestRoot } from '../../harness/test-root.ts';
import { identity } from '../../harness/test-session.ts';

const names = ['pool-0', 'pool-1', 'pool-2'];
const everybodyLives = () => seen(...names.map((name, i) => aliveIn(name, 101 + i)));

/** A root whose three sessions have agents 101, 102 and 103, and the listing of that is done. */
async function startedRoot(options: Parameters<typeof startTestRoot>[0] = {}) {
  const t = startTestRoot(options);
  await t.settle();
  await t.list(everybodyLives());
  await t.list(everybodyLives());
  t.emitted.length = 0;
  return t;
}

test('sessions are spawned lowest index first', () => {
  const t = startTestRoot();
  expect(t.launches.asked.map(({ facts }) => facts.name)).toEqual(names);
  expect(sessionsOf(t.root).map((session) => session.id)).toEqual(names);
});

test('a wake leads to a listing, and what it shows to the session it is about, and no other', async () => {
  const t = await startedRoot();
  t.wake();
  await t.list(seen(aliveIn('pool-0', 101), deadIn('pool-1', 102), aliveIn('pool-2', 103)));
  expect(t.contextOf('pool-1')).toMatchObject({ agent: null, crashTimes: [0] });
  for (const name of ['pool-0', 'pool-2']) {
    expect(t.contextOf(name)).toMatchObject({ crashTimes: [] });
  }
  expect(t.of('reconciled')).toMatchObject([{ because: 'woke', plan: [{ kind: 'died' }] }]);
});

test('what is believed is taken before the listing is asked for', async () => {
  const t = await startedRoot();
  t.wake();
  expect(t.listings.asked.at(-1)).toMatchObject([
    { name: 'pool-0', agent: identity(101), phase: 'settled' },
    { name: 'pool-1', agent: identity(102) },
    { name: 'pool-2', agent: identity(103) },
  ]);
});

test('a wake during a listing leads to another one: the first may be too old', async () => {
  const t = await startedRoot();
  const asked = t.listings.asked.length;
  t.wake();
  t.wake();
  t.wake();
  expect(t.listings.asked).toHaveLength(asked + 1);
  await t.list(everybodyLives());
  expect(t.listings.asked).toHaveLength(asked + 2);
  await t.list(seen(deadIn('pool-0', 101)));
  expect(t.listings.asked).toHaveLength(asked + 2);
  expect(t.contextOf('pool-0').agent).toBeNull();
});

test('a launch that has ended leads to a listing: a death during it woke nobody who knew', async () => {
  const t = startTestRoot({ names: ['pool-0'] });
  expect(t.listings.asked).toEqual([]);
  await t.settle();
  expect(t.listings.asked).toHaveLength(1);
  await t.list(seen(deadIn('pool-0', 101)));
  expect(t.contextOf('pool-0').crashTimes).toHaveLength(1);
});

test('the interval looks too, and says that it was the interval', async () => {
  const t = await startedRoot();
  t.pass(15_000);
  await t.list(everybodyLives());
  t.pass(15_000);
  await t.list(everybodyLives());
  expect(t.of('reconciled').map(({ because }) => because)).toEqual(['interval', 'interval']);
});

test('a tmux that wakes us all the time does not put the interval off', async () => {
  const t = await startedRoot();
  for (let second = 1; second <= 16; second++) {
    t.pass(1000);
    t.wake();
    await t.list(everybodyLives());
  }
  expect(t.of('reconciled').filter(({ because }) => because === 'interval')).toHaveLength(1);
});

test('an interval that ends during a listing is made up for after it', async () => {
  const t = await startedRoot();
  t.wake();
  t.pass(15_000);
  t.wake();
  await t.list(everybodyLives());
  await t.list(everybodyLives());
  expect(t.of('reconciled').map(({ because }) => because)).toEqual(['woke', 'interval']);
  t.pass(15_000);
  await t.list(everybodyLives());
  expect(t.of('reconciled').at(-1)?.because).toBe('interval');
  expect(t.of('reconciled')).toHaveLength(3);
});

test('a listing that rejects proves nothing, and the next one is asked for all the same', async () => {
  const t = await startedRoot();
  const asked = t.listings.asked.length;
  t.wake();
  t.wake();
  await t.list(new Error('a bug in the port'));
  expect(t.of('reconciled')).toMatchObject([{ plan: [], observation: { kind: 'unknown' } }]);
  expect(t.listings.asked).toHaveLength(asked + 2);
  expect(t.contextOf('pool-0').agent).toEqual(identity(101));
});

test('while tmux does not answer nothing is done to any session', async () => {
  const t = await startedRoot();
  t.wake();
  await t.list({ kind: 'unknown', reason: 'timed out' });
  expect(names.map((name) => t.contextOf(name).agent?.pid)).toEqual([101, 102, 103]);
});

test('a death that only the interval shows is told as a drift, one that tmux told of is not', async () => {
  const t = await startedRoot();
  t.wake();
  await t.list(seen(deadIn('pool-0', 101), aliveIn('pool-1', 102), aliveIn('pool-2', 103)));
  t.pass(15_000);
  await t.list(seen(aliveIn('pool-1', 102), deadIn('pool-2', 103)));
  expect(t.of('logged').filter(({ entry }) => entry.event === 'reconcile.drifted')).toMatchObject([
    {
      entry: {
        session: 'pool-2',
        index: 2,
        action: 'died',
        reason: 'the agent exited with status 1',
      },
    },
  ]);
});

/** A session machine with a bug: it breaks when it is asked to be held. */
const broken = sessionMachine.provide({
  actions: {
    hold: () => {
      throw new Error('a bug');
    },
  },
});

test('a session machine that throws ends alone: its neighbours and the root never notice', async () => {
  const t = await startedRoot({ session: broken });
  sessionNamed(t.root, 'pool-1')?.send({ type: 'operator.hold' });
  expect(t.of('broke')).toMatchObject([{ name: 'pool-1', error: new Error('a bug') }]);
  expect(sessionsOf(t.root).map((session) => session.id)).toEqual(['pool-0', 'pool-2']);
  t.wake();
  await t.list(seen(deadIn('pool-0', 101), aliveIn('pool-2', 103)));
  expect(t.contextOf('pool-0').crashTimes).toHaveLength(1);
  expect(t.errors).toEqual([]);
});

test('what a broken machine had under way is stopped with it', () => {
  const t = startTestRoot({ session: broken });
  sessionNamed(t.root, 'pool-1')?.send({ type: 'operator.hold' });
  expect(names.map((name) => t.signals.get(name)?.aborted)).toEqual([false, true, false]);
});

test('a listing that tells of a session whose machine has broken meanwhile harms nobody', async () => {
  const t = await startedRoot({ session: broken });
  t.wake();
  sessionNamed(t.root, 'pool-1')?.send({ type: 'operator.hold' });
  await t.list(seen(deadIn('pool-0', 101), deadIn('pool-1', 102), aliveIn('pool-2', 103)));
  expect(t.errors).toEqual([]);
  expect(t.root.getSnapshot().status).toBe('active');
  expect(t.contextOf('pool-0').crashTimes).toHaveLength(1);
  expect(
    t
      .of('reconciled')
      .at(-1)
      ?.plan.map(({ name }) => name),
  ).toEqual(['pool-0']);
});

test('a slot that is filled again keeps its place in the order', async () => {
  const t = await startedRoot({ session: broken });
  sessionNamed(t.root, 'pool-1')?.send({ type: 'operator.hold' });
  t.root.send({ type: 'session.spawn', session: t.inputOf('pool-1') });
  await t.settle();
  expect(sessionsOf(t.root).map((session) => session.id)).toEqual(names);
  expect(t.contextOf('pool-1').agent).toEqual(identity(104));
});

test('spawning a session that exists stops the old machine and what it had under way', () => {
  const t = startTestRoot();
  const old = sessionNamed(t.root, 'pool-1');
  const signal = t.signals.get('pool-1');
  t.root.send({ type: 'session.spawn', session: t.inputOf('pool-1') });
  expect(old?.getSnapshot().status).toBe('stopped');
  expect(signal?.aborted).toBe(true);
  expect(sessionNamed(t.root, 'pool-1')).not.toBe(old);
});

test('what the sessions tell is passed on', async () => {
  const t = startTestRoot({ names: ['pool-0'] });
  await t.settle();
  await t.list(seen(deadIn('pool-0', 101)));
  sessionNamed(t.root, 'pool-0')?.send({ type: 'operator.reset' });
  const told = new Set(t.emitted.map(({ type }) => type));
  told.delete('accountChanged');
  expect(told).toEqual(new Set(['changed', 'died', 'forgiven', 'logged', 'reconciled']));
});

test('stopping the root stops every session and all they had under way', () => {
  const t = startTestRoot();
  const sessions = sessionsOf(t.root);
  t.root.stop();
  expect(sessions.map((session) => session.getSnapshot().status)).toEqual(Array(3).fill('stopped'));
  expect([...t.signals.values()].every(({ aborted }) => aborted)).toBe(true);
});

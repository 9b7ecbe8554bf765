import { expect, test } from '@jest/globals';
import { accountMachine } from '../../../machines/account/machine.ts';
import { createDaemonWorld } from '../../harness/daemon-world.ts';
import { limitFailure } from '../../harness/limited-pool.ts';
import { START, settle } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const soon = (what: string) => ({ withinMs: 5000, what, everyMs: 1 });
const LATER = Date.parse('2030-01-01T00:00:00Z');

/** A pool at its prompts. */
async function startedPool() {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const daemon = await w.start();
  await w.logs('session.ready', 3);
  return { ...w, daemon };
}

test('a verb of the operator changes an account once; done twice it is done, and it is in the history', async () => {
  const { daemon } = await startedPool();
  const disable = { name: 'second', verb: 'disable', until: null } as const;
  expect(daemon.accountVerb(disable)).toEqual({ ok: true, changed: true });
  expect(daemon.accountVerb(disable)).toEqual({ ok: true, changed: false });
  expect(daemon.accountVerb({ ...disable, verb: 'clear' })).toEqual({ ok: true, changed: false });
  expect(await daemon.account('second')).toMatchObject({
    name: 'second',
    state: 'disabled',
    evidence: { source: 'operator' },
    history: [{ event: 'account.disabled' }],
  });
  expect(daemon.accountVerb({ ...disable, verb: 'enable' })).toEqual({ ok: true, changed: true });
  expect(daemon.status().accounts.map(({ state }) => state)).toEqual(['available', 'available']);
});

test('a limit that an operator sets is there until then, also for the next daemon', async () => {
  const w = await startedPool();
  const limit = { name: 'first', verb: 'limit', until: LATER } as const;
  expect(w.daemon.accountVerb(limit)).toEqual({ ok: true, changed: true });
  expect(w.daemon.accountVerb(limit)).toEqual({ ok: true, changed: false });
  await w.daemon.stop();
  const next = await w.start();
  expect(await next.account('first')).toMatchObject({
    state: 'limited',
    limitedUntil: '2030-01-01T00:00:00.000Z',
    evidence: { source: 'operator' },
  });
  expect(next.accountVerb({ ...limit, verb: 'clear' })).toEqual({ ok: true, changed: true });
});

test('an account of no such name is refused', async () => {
  const { daemon } = await startedPool();
  const verb = { name: 'third', verb: 'clear', until: null } as const;
  expect(daemon.accountVerb(verb)).toMatchObject({ ok: false, code: 'NOT_FOUND' });
  expect(await daemon.account('third')).toBeNull();
});

test('what agents said of their usage before the sessions were known is not lost', async () => {
  const w = await createDaemonWorld();
  w.fake.hang();
  w.spoilt.onSleep = () => {
    const fiveHour = { usedPercent: 62, resetsAt: LATER, toldAt: null };
    w.signals.tellUsage('pool-10', { fiveHour, sevenDay: null });
    w.fake.resume();
  };
  const daemon = await w.start();
  expect(daemon.status().accounts[0]?.usage.fiveHour?.usedPercent).toBe(62);
});

test('idle sessions go where they can work, and a task is given to none on an account that cannot be used', async () => {
  const w = await startedPool();
  w.daemon.accountVerb({ name: 'second', verb: 'disable', until: null });
  w.daemon.accountVerb({ name: 'first', verb: 'disable', until: null });
  const id = await w.add({ project: w.project });
  w.daemon.nudge();
  for (let i = 0; i < 100; i++) await settle();
  expect(await w.tasks.show(id)).toMatchObject({ state: 'queued' });
  expect(w.fake.launches).toHaveLength(3);
  // Nothing else wakes whoever gives out tasks.
  w.daemon.accountVerb({ name: 'first', verb: 'enable', until: null });
  await w.holderOf(w.daemon, id);
});

test('a wish of the operator moves the pool', async () => {
  const w = await startedPool();
  const wish = { from: null, to: 'second', sessions: [], dryRun: false };
  expect(await w.daemon.failover(wish)).toMatchObject({ ok: true });
  await w.logs('failover.completed', 3);
  expect(w.daemon.status().sessions.map(({ account }) => account)).toEqual(Array(3).fill('second'));
});

test('links that were mended are seen at the next interval, without a launch', async () => {
  const w = await startedPool();
  w.broken.add('first');
  await w.daemon.verb({ name: 'pool-9', verb: 'restart', restart: false });
  await until(() => w.daemon.status().accounts[0]?.state === 'quarantined', soon('a quarantine'));
  w.daemon.root.send({ type: 'interval.elapsed' });
  await settle();
  expect(w.daemon.status().accounts[0]?.state).toBe('quarantined');
  w.broken.clear();
  w.daemon.root.send({ type: 'interval.elapsed' });
  await until(() => w.daemon.status().accounts[0]?.state === 'available', soon('its return'));
  expect(w.count('account.quarantined')).toBe(1);
});

test('an account whose machine breaks stays what it was, and is spawned again from what is stored', async () => {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  let isBroken = false;
  const buggy = accountMachine.provide({
    guards: {
      isDisabled: ({ context }) => {
        if (isBroken) throw new Error('a bug');
        return context.facts.disabledAt !== null;
      },
    },
  });
  const daemon = await w.start({ account: buggy });
  await w.logs('session.ready', 3);
  daemon.accountVerb({ name: 'second', verb: 'disable', until: null });
  isBroken = true;
  daemon.accountVerb({ name: 'second', verb: 'limit', until: LATER });
  isBroken = false;
  expect(daemon.status().accounts[1]?.state).toBe('disabled');
  await until(() => daemon.status().accounts[1]?.limitedUntil === null, soon('it was stored'));
  const enable = { name: 'second', verb: 'enable', until: null } as const;
  await until(() => daemon.accountVerb(enable).ok, soon('the next machine'));
  expect(daemon.status().accounts[1]?.state).toBe('available');
  expect(daemon.root.getSnapshot().status).toBe('active');
});

test('a limit that could not be stored is not forgotten: what told of it is kept, and it is stored later', async () => {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const disk = { isFull: false };
  const { saveAccount } = w.store;
  w.store.saveAccount = async (facts) => {
    if (disk.isFull) throw new Error('the disk is full');
    await saveAccount(facts);
  };
  const daemon = await w.start();
  await w.logs('session.ready', 3);
  disk.isFull = true;
  w.says(daemon, 'pool-9', limitFailure(null, START, 'prompt-1'));
  await w.logs('account.limited');
  for (let i = 0; i < 20; i++) await settle();
  expect(w.signals.unread()).toHaveLength(1);
  disk.isFull = false;
  await daemon.stop();
  const next = await w.start();
  expect(next.status().accounts[0]?.state).toBe('limited');
});

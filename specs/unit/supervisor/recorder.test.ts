import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { CrashFact, FactStore, SessionFacts } from '../../../machines/ports.ts';
import { createPendingWrites } from '../../../supervisor/pending-writes.ts';
import { countingCrashes, record } from '../../../supervisor/recorder.ts';
import type { RootEmitted } from '../../../supervisor/root-types.ts';
import { createTeller } from '../../../supervisor/tell.ts';
import { accountFacts, failoverFacts } from '../../harness/account-facts.ts';
import { crashFact, sessionFacts } from '../../harness/facts.ts';
import { openMemoryStore } from '../../harness/memory-store.ts';
import { settle } from '../../harness/test-session.ts';

const HELD = { event: 'session.held', session: 'pool-0', index: 0 } as const;

/** A recorder that is told things by hand. */
function startRecorder(
  changes: Partial<FactStore> = {},
  log: (entry: LogEvent) => void = () => {},
) {
  const logged: LogEvent[] = [];
  const store = { ...openMemoryStore(), ...changes };
  let listener: (told: RootEmitted) => void = () => {};
  const root = {
    on: (_: '*', heard: typeof listener) => {
      listener = heard;
    },
  };
  const writes = createPendingWrites({
    onError: (error) => tell({ event: 'daemon.error', reason: 'a write', error }),
  });
  const tell = createTeller({
    log: (entry) => {
      log(entry);
      logged.push(entry);
    },
    addHistory: (session, entry) => writes.keep(() => store.addHistory(session, entry)),
    addAccountHistory: (account, entry) =>
      writes.keep(() => store.addAccountHistory(`/${account}`, entry)),
    now: () => 1234,
  });
  const seen: string[] = [];
  const sight = { see: ({ kind }: { readonly kind: string }) => void seen.push(kind) };
  const names = ['pool-0', 'pool-1'];
  record(root as unknown as Parameters<typeof record>[0], { store, names, writes, sight, tell });
  return { store, logged, seen, writes, tell: (told: RootEmitted) => listener(told) };
}

const changed = (facts: SessionFacts): RootEmitted => ({ type: 'changed', facts });

test('facts, crashes and forgiveness are stored', async () => {
  const t = startRecorder();
  t.tell(changed(sessionFacts()));
  t.tell({ type: 'died', name: 'pool-0', crash: crashFact() });
  await settle();
  expect(await t.store.sessions()).toEqual([sessionFacts()]);
  expect(await t.store.crashes('pool-0')).toEqual([crashFact()]);
  t.tell({ type: 'forgiven', name: 'pool-0' });
  await settle();
  expect(await t.store.crashes('pool-0')).toEqual([]);
});

test('what a session is forgiven counts for the pool until that is forgiven, in every session', async () => {
  const t = startRecorder();
  const names = ['pool-0', 'pool-1'];
  for (const name of names) t.tell({ type: 'died', name, crash: crashFact() });
  t.tell({ type: 'forgiven', name: 'pool-0' });
  await settle();
  for (const name of names) expect(await t.store.poolCrashes(name)).toEqual([crashFact()]);
  t.tell({ type: 'poolForgiven' });
  await settle();
  for (const name of names) expect(await t.store.poolCrashes(name)).toEqual([]);
  expect(await t.store.crashes('pool-1')).toEqual([crashFact()]);
});

test('facts of accounts and of failovers are stored', async () => {
  const t = startRecorder();
  t.tell({ type: 'accountChanged', facts: accountFacts() });
  t.tell({ type: 'failoverChanged', facts: failoverFacts() });
  await settle();
  expect(await t.store.accounts([accountFacts().home])).toEqual([accountFacts()]);
  expect(await t.store.openFailovers()).toEqual([failoverFacts()]);
});

test('what is logged about a session is in its history too, and what is about none is not', async () => {
  const t = startRecorder();
  t.tell({ type: 'logged', entry: HELD });
  t.tell({ type: 'logged', entry: { event: 'daemon.stopping', reason: 'test' } });
  await settle();
  expect(t.logged.map(({ event }) => event)).toEqual(['session.held', 'daemon.stopping']);
  expect(await t.store.history('pool-0', 10)).toEqual([
    { at: 1234, event: 'session.held', facts: { session: 'pool-0', index: 0 } },
  ]);
});

test('facts that could not be saved are told of', async () => {
  const t = startRecorder({ saveSession: () => Promise.reject(new Error('the disk is full')) });
  t.tell(changed(sessionFacts()));
  await settle();
  expect(t.logged).toMatchObject([{ event: 'daemon.error', error: new Error('the disk is full') }]);
});

test('what was asked to be stored is known to have ended, well or badly', async () => {
  let fail = (_: Error) => {};
  const t = startRecorder({
    saveSession: () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  });
  t.tell(changed(sessionFacts()));
  let isSettled = false;
  const settled = t.writes.settled().then(() => {
    isSettled = true;
  });
  await settle();
  expect(isSettled).toBe(false);
  fail(new Error('the disk is full'));
  await settled;
});

test('a store that throws rather than rejects does not end the process', async () => {
  const t = startRecorder({
    addCrash: () => {
      throw new Error('a bug in the store');
    },
  });
  expect(() => t.tell({ type: 'died', name: 'pool-0', crash: crashFact() })).not.toThrow();
  await settle();
  expect(t.logged).toMatchObject([
    { event: 'daemon.error', error: new Error('a bug in the store') },
  ]);
});

test('a log that throws ends neither the process nor the recording', async () => {
  const t = startRecorder({}, () => {
    throw new Error('stdout is gone');
  });
  expect(() => t.tell({ type: 'logged', entry: HELD })).not.toThrow();
  expect(() => t.tell({ type: 'broke', name: 'pool-0', error: 'a bug' })).not.toThrow();
  await settle();
  expect(await t.store.history('pool-0', 10)).toHaveLength(1);
});

test('a store and a log that both fail leave no rejection behind', async () => {
  const t = startRecorder(
    { saveSession: () => Promise.reject(new Error('the disk is full')) },
    () => {
      throw new Error('stdout is gone');
    },
  );
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  process.on('unhandledRejection', note);
  t.tell(changed(sessionFacts()));
  await settle();
  await settle();
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});

test('what each look at tmux has found is handed on', () => {
  const t = startRecorder();
  const tell = (observation: Extract<RootEmitted, { type: 'reconciled' }>['observation']) =>
    t.tell({ type: 'reconciled', because: 'woke', beliefs: [], plan: [], observation });
  tell({ kind: 'unknown', reason: 'timed out' });
  tell({ kind: 'server_lost' });
  expect(t.seen).toEqual(['unknown', 'server_lost']);
});

test('a machine that broke is told of with its error', () => {
  const t = startRecorder();
  t.tell({ type: 'broke', name: 'pool-0', error: new Error('a bug') });
  expect(t.logged).toMatchObject([{ event: 'daemon.error', error: new Error('a bug') }]);
});

const WINDOW = { bootId: 'boot', nowMs: 10_000, periodMs: 1000 };

test.each<readonly [string, Partial<CrashFact>, readonly number[]]>([
  ['within the window', { monotonicMs: 9001 }, [9001]],
  ['at its very end', { monotonicMs: 9000 }, []],
  ['long ago', { monotonicMs: 5 }, []],
  ['before the machine was booted', { monotonicMs: 9500, bootId: 'another' }, []],
])('of the crashes of an earlier daemon, one %s counts or not', (_, crash, counted) => {
  const counting = countingCrashes([crashFact(crash)], WINDOW);
  expect(counting.map(({ monotonicMs }) => monotonicMs)).toEqual(counted);
});

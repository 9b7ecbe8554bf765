import { describe, expect, test } from '@jest/globals';
import { accountFacts, failoverFacts, sessionTrouble } from '../harness/account-facts.ts';
import { FACT_PLACES, OTHER_SERVER } from '../harness/fact-place.ts';
import { crashFact, sessionFacts } from '../harness/facts.ts';
import { storeAccountsContract } from './store-accounts-contract.ts';
import { storeFailoversContract } from './store-failovers-contract.ts';

const INTENT = {
  mark: 'mark-of-the-next',
  conversation: '5f2d7c1e-0000-4000-8000-000000000001',
  workdir: '/elsewhere',
  account: 'second',
  hasTranscript: false,
};

describe.each(FACT_PLACES)('a fact store %s', (_name, makePlace) => {
  storeAccountsContract(makePlace);
  storeFailoversContract(makePlace);

  test('is empty at first', async () => {
    const store = await makePlace()();
    expect(await store.sessions()).toEqual([]);
    expect(await store.crashes('pool-0')).toEqual([]);
    expect(await store.history('pool-0', 10)).toEqual([]);
  });

  test('gives back every fact of a session, also after it was closed and opened again', async () => {
    const place = makePlace();
    const facts = sessionFacts({
      hasTranscript: true,
      previous: { pid: 41, startTime: '98765432109876' },
      bootId: 'f0a3-boot',
      restarts: 3,
      crashedAt: 1_700_000_000_123,
      failed: { at: 1_700_000_000_456, code: 'WORKDIR_MISSING', reason: 'no directory «/é»' },
      held: true,
      trouble: sessionTrouble(),
    });
    const first = await place();
    await first.saveSession(facts);
    await first.close();

    expect(await (await place()).sessions()).toEqual([facts]);
  });

  test('replaces the whole record: what is null now does not keep its old value', async () => {
    const store = await makePlace()();
    const previous = { pid: 41, startTime: '98' };
    await store.saveSession(
      sessionFacts({
        previous,
        crashedAt: 1,
        failed: { at: 2, code: 'C', reason: 'r' },
        held: true,
      }),
    );
    const now = sessionFacts({
      agent: null,
      previous: null,
      crashedAt: null,
      failed: null,
      held: false,
    });
    await store.saveSession(now);
    expect(await store.sessions()).toEqual([now]);
  });

  test('notes what a launch decides, and that no earlier agent lives, and nothing else', async () => {
    const store = await makePlace()();
    const facts = sessionFacts({
      hasTranscript: true,
      previous: { pid: 41, startTime: '98' },
      restarts: 3,
      crashedAt: 5,
      failed: { at: 6, code: 'C', reason: 'r' },
      held: true,
    });
    await store.saveSession(facts);
    await store.noteIntent(facts.name, INTENT);
    // The boot was that of the agents: when the next one is started is not recorded yet.
    const nobody = { agent: null, previous: null, bootId: '' };
    expect(await store.sessions()).toEqual([{ ...facts, ...INTENT, ...nobody }]);
  });

  test('keeps the intent also of a session of which nothing else is known', async () => {
    const store = await makePlace()();
    await store.noteIntent('pool-7', INTENT);
    expect(await store.sessions()).toEqual([
      {
        name: 'pool-7',
        ...INTENT,
        agent: null,
        previous: null,
        bootId: '',
        restarts: 0,
        crashedAt: null,
        failed: null,
        held: false,
        trouble: null,
      },
    ]);
  });

  test('keeps sessions of the same name on two tmux servers apart, with crashes and history', async () => {
    const place = makePlace();
    const ours = await place();
    const theirs = await place(OTHER_SERVER);
    const entry = { at: 1, event: 'session.crashed', facts: {} };
    await ours.saveSession(sessionFacts({ restarts: 1 }));
    await ours.addCrash('pool-0', crashFact());
    await ours.addHistory('pool-0', entry);
    expect(await theirs.sessions()).toEqual([]);
    expect(await theirs.crashes('pool-0')).toEqual([]);
    expect(await theirs.history('pool-0', 10)).toEqual([]);

    await theirs.noteIntent('pool-0', INTENT);
    await theirs.saveSession(sessionFacts({ restarts: 2 }));
    await theirs.clearCrashes('pool-0');
    for (let at = 0; at < 501; at++) await theirs.addHistory('pool-0', { ...entry, at });
    expect(await ours.sessions()).toEqual([sessionFacts({ restarts: 1 })]);
    expect(await ours.crashes('pool-0')).toEqual([crashFact()]);
    expect(await ours.history('pool-0', 10)).toEqual([entry]);
  });

  test('lists sessions by name', async () => {
    const store = await makePlace()();
    for (const name of ['b', 'a', 'c']) await store.saveSession(sessionFacts({ name }));
    expect((await store.sessions()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('keeps the order of writes that nobody waited for in between', async () => {
    const store = await makePlace()();
    const writes = Array.from({ length: 50 }, (_, restarts) =>
      store.saveSession(sessionFacts({ restarts })),
    );
    await Promise.all(writes);
    expect((await store.sessions()).map(({ restarts }) => restarts)).toEqual([49]);
  });

  test('lets no write overtake another, at whatever moment it is asked for', async () => {
    const store = await makePlace()();
    const order = Array.from({ length: 300 }, (_, at) => at);
    const writes: Promise<void>[] = [];
    for (const at of order) {
      writes.push(store.addCrash('pool-0', crashFact({ at })));
      // A few steps of others' promises later: also between the end of one write and the next.
      for (let steps = at % 7; steps > 0; steps--) await null;
    }
    await Promise.all(writes);
    expect((await store.crashes('pool-0')).map(({ at }) => at)).toEqual(order);
  });

  test.each([
    { kind: 'exit', code: 0 },
    { kind: 'signal', signal: 9 },
    { kind: 'vanished' },
    { kind: 'server_lost' },
    { kind: 'not_ready' },
    { kind: 'unknown' },
  ] as const)('gives back a crash with cause $kind as it was', async (cause) => {
    const store = await makePlace()();
    const crash = crashFact({
      cause,
      pid: null,
      state: 'working',
      monotonicMs: 12.5,
      lastScreen: 'a\u0000b\n\u001b[31m❯',
    });
    await store.addCrash('pool-0', crash);
    expect(await store.crashes('pool-0')).toEqual([crash]);
  });

  test('keeps the crashes of each session apart, newest last', async () => {
    const store = await makePlace()();
    await store.addCrash('pool-0', crashFact({ at: 1 }));
    await store.addCrash('pool-1', crashFact({ at: 2 }));
    await store.addCrash('pool-0', crashFact({ at: 3 }));
    expect((await store.crashes('pool-0')).map(({ at }) => at)).toEqual([1, 3]);
    expect((await store.crashes('pool-1')).map(({ at }) => at)).toEqual([2]);
  });

  test('forgets cleared crashes of that session only, and counts new ones again', async () => {
    const store = await makePlace()();
    await store.addCrash('pool-0', crashFact({ at: 1 }));
    await store.addCrash('pool-1', crashFact({ at: 2 }));
    await store.addHistory('pool-0', { at: 1, event: 'session.crashed', facts: {} });
    await store.clearCrashes('pool-0');
    expect(await store.crashes('pool-0')).toEqual([]);
    expect(await store.crashes('pool-1')).toHaveLength(1);
    expect(await store.history('pool-0', 10)).toHaveLength(1);

    await store.addCrash('pool-0', crashFact({ at: 3 }));
    expect((await store.crashes('pool-0')).map(({ at }) => at)).toEqual([3]);
  });

  test('keeps what counts for the pool apart from what counts for its session', async () => {
    const store = await makePlace()();
    const counting = async (session: string) => [
      (await store.crashes(session)).map(({ at }) => at),
      (await store.poolCrashes(session)).map(({ at }) => at),
    ];
    for (const [at, session] of ['pool-0', 'pool-0', 'pool-1', 'pool-2'].entries()) {
      await store.addCrash(session, crashFact({ at }));
    }
    await store.clearCrashes('pool-0');
    expect(await counting('pool-0')).toEqual([[], [0, 1]]);
    await store.clearPoolCrashes(['pool-0', 'pool-1']);
    expect(await counting('pool-0')).toEqual([[], []]);
    expect(await counting('pool-1')).toEqual([[2], []]);
    expect(await counting('pool-2')).toEqual([[3], [3]]);
    await store.addCrash('pool-1', crashFact({ at: 4 }));
    expect(await counting('pool-1')).toEqual([[2, 4], [4]]);
  });

  test('gives the newest entries of a history, oldest of them first', async () => {
    const store = await makePlace()();
    for (const at of [1, 2, 3]) {
      await store.addHistory('pool-0', {
        at,
        event: 'session.ready',
        facts: { pid: at, list: [] },
      });
    }
    await store.addHistory('pool-1', { at: 4, event: 'session.ready', facts: {} });
    expect(await store.history('pool-0', 2)).toEqual([
      { at: 2, event: 'session.ready', facts: { pid: 2, list: [] } },
      { at: 3, event: 'session.ready', facts: { pid: 3, list: [] } },
    ]);
    expect(await store.history('pool-0', 0)).toEqual([]);
  });

  test('keeps the last 1000 crashes and 500 entries of history of a session', async () => {
    const store = await makePlace()();
    const at = Array.from({ length: 1_003 }, (_, n) => n);
    await store.addCrash('pool-1', crashFact());
    await Promise.all(at.map((n) => store.addCrash('pool-0', crashFact({ at: n }))));
    await Promise.all(
      at.map((n) => store.addHistory('pool-0', { at: n, event: 'session.ready', facts: {} })),
    );

    const crashes = await store.crashes('pool-0');
    expect([crashes.length, crashes[0]?.at, crashes.at(-1)?.at]).toEqual([1_000, 3, 1_002]);
    const history = await store.history('pool-0', 5_000);
    expect([history.length, history[0]?.at, history.at(-1)?.at]).toEqual([500, 503, 1_002]);
    expect(await store.crashes('pool-1')).toHaveLength(1);
  });

  test('refuses every write of an older daemon, and lets it read', async () => {
    const place = makePlace();
    const older = await place();
    await older.saveSession(sessionFacts({ restarts: 1 }));
    const newer = await place();
    await newer.saveSession(sessionFacts({ restarts: 2 }));

    const writes: readonly (() => Promise<void>)[] = [
      () => older.saveSession(sessionFacts({ restarts: 99 })),
      () => older.noteIntent('pool-0', INTENT),
      () => older.addCrash('pool-0', crashFact()),
      () => older.clearCrashes('pool-0'),
      () => older.clearPoolCrashes(['pool-0']),
      () => older.addHistory('pool-0', { at: 1, event: 'session.ready', facts: {} }),
      () => older.saveAccount(accountFacts()),
      () => older.addAccountHistory('/home/first', { at: 1, event: 'account.limited', facts: {} }),
      () => older.saveFailover(failoverFacts()),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'CONFLICT' });

    expect((await older.sessions())[0]?.restarts).toBe(2);
    expect(await newer.crashes('pool-0')).toEqual([]);
    expect(await newer.history('pool-0', 10)).toEqual([]);
    expect(await newer.accounts(['/home/first'])).toEqual([]);
    expect(await newer.accountHistory('/home/first', 10)).toEqual([]);
    expect(await newer.openFailovers()).toEqual([]);
  });

  test('lets daemons of other sessions write beside each other', async () => {
    const place = makePlace();
    const one = await place({ fenceKey: 'socket 0-9' });
    const other = await place({ fenceKey: 'socket 10-19' });
    await one.saveSession(sessionFacts({ name: 'pool-0' }));
    await other.saveSession(sessionFacts({ name: 'pool-10' }));
    expect(await one.sessions()).toHaveLength(2);
  });

  test('goes on after a write that was refused', async () => {
    const store = await makePlace()();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const bad = store.addHistory('pool-0', { at: 1, event: 'session.ready', facts: circular });
    const good = store.saveSession(sessionFacts());
    await expect(bad).rejects.toThrow();
    await good;
    expect(await store.sessions()).toHaveLength(1);
    expect(await store.history('pool-0', 10)).toEqual([]);
  });

  test('finishes the writes asked for before it closes, and refuses those asked for after', async () => {
    const place = makePlace();
    const store = await place();
    const write = store.saveSession(sessionFacts());
    await store.close();
    await write;
    await expect(store.saveSession(sessionFacts())).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const reads = [
      () => store.sessions(),
      () => store.accounts(['/home/first']),
      () => store.accountHistory('/home/first', 1),
      () => store.openFailovers(),
    ];
    for (const read of reads) await expect(read()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await (await place()).sessions()).toHaveLength(1);
  });
});

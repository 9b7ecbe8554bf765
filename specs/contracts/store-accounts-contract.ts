import { describe, expect, test } from '@jest/globals';
import { accountFacts, evidence } from '../harness/account-facts.ts';
import { type FactPlace, OTHER_SERVER } from '../harness/fact-place.ts';

const HOME = accountFacts().home;
const LIMITED = accountFacts({
  limit: { until: 1_700_003_600_123, window: 'five_hour', evidence: evidence() },
  since: 1_700_000_000_456,
});

/** Accounts: one record for a home, whichever daemon's sessions run on it. */
export function storeAccountsContract(makePlace: () => FactPlace): void {
  describe('accounts', () => {
    test('nothing is known of a home at first', async () => {
      const store = await makePlace()();
      expect(await store.accounts([HOME])).toEqual([]);
      expect(await store.accounts([])).toEqual([]);
      expect(await store.accountHistory(HOME, 10)).toEqual([]);
    });

    test('every fact of an account comes back, also after it was closed and opened again', async () => {
      const place = makePlace();
      const facts = accountFacts({
        account: 'compte «é»',
        home: '/home/«é»',
        limit: {
          until: 1_700_003_600_123,
          window: 'seven_day',
          evidence: evidence({
            source: 'transcript',
            status: 429,
            message: 'it\'s "over" \u0000\n',
          }),
        },
        loginLost: evidence({ error: 'authentication_failed', prompt: null, session: null }),
        disabledAt: 1_700_000_000_789,
        usage: {
          fiveHour: { usedPercent: 100.5, resetsAt: 1_700_003_600_000, toldAt: 1_700_000_000_321 },
          sevenDay: { usedPercent: 0, resetsAt: 1_700_600_000_000, toldAt: null },
        },
        recoveredAt: 1_699_999_999_999,
        probes: 3,
      });
      const first = await place();
      await first.saveAccount(facts);
      await first.close();
      expect(await (await place()).accounts(['/home/«é»'])).toEqual([facts]);
    });

    test('the whole record is replaced: what is null now does not keep its old value', async () => {
      const place = makePlace();
      const store = await place();
      const full = { ...LIMITED, loginLost: evidence(), disabledAt: 1, recoveredAt: 2, probes: 4 };
      await store.saveAccount(full);
      await store.saveAccount(accountFacts());
      expect(await store.accounts([HOME])).toEqual([accountFacts()]);

      // The same by a daemon that has not asked what is known of it.
      await store.saveAccount(full);
      const next = await place();
      await next.saveAccount(accountFacts());
      expect(await next.accounts([HOME])).toEqual([accountFacts()]);
    });

    test('only those of the homes that were asked for are given, by home', async () => {
      const store = await makePlace()();
      for (const home of ['/b', '/a', '/c']) await store.saveAccount(accountFacts({ home }));
      const found = await store.accounts(['/c', '/nobody', '/a']);
      expect(found.map(({ home }) => home)).toEqual(['/a', '/c']);
    });

    test('a daemon of another tmux server sees them, and its history of them, and goes on with both', async () => {
      const place = makePlace();
      const [ours, theirs] = [await place(), await place(OTHER_SERVER)];
      await ours.saveAccount(LIMITED);
      await ours.addAccountHistory(HOME, { at: 1, event: 'account.limited', facts: {} });
      expect(await theirs.accounts([HOME])).toEqual([LIMITED]);

      const over = accountFacts({ account: 'theirs', recoveredAt: 3, since: 3 });
      await theirs.saveAccount(over);
      await theirs.addAccountHistory(HOME, { at: 2, event: 'account.available', facts: {} });
      expect(await ours.accounts([HOME])).toEqual([over]);
      expect((await ours.accountHistory(HOME, 10)).map(({ at }) => at)).toEqual([1, 2]);
    });
  });

  describe('an account that two daemons use', () => {
    test('what one says of it is not undone by the other, which has only news of its usage', async () => {
      const place = makePlace();
      const [ours, theirs] = [await place(), await place(OTHER_SERVER)];
      await ours.saveAccount(accountFacts());
      await theirs.accounts([HOME]);
      await ours.saveAccount(accountFacts({ disabledAt: 5, since: 5 }));

      const usage = { fiveHour: { usedPercent: 7, resetsAt: 9, toldAt: 8 }, sevenDay: null };
      await theirs.saveAccount(accountFacts({ usage }));
      expect(await ours.accounts([HOME])).toEqual([
        accountFacts({ disabledAt: 5, since: 5, usage }),
      ]);
    });

    test('the same when both began before anything was known of it', async () => {
      const place = makePlace();
      const [ours, theirs] = [await place(), await place(OTHER_SERVER)];
      for (const store of [ours, theirs]) await store.accounts([HOME]);
      await ours.saveAccount(LIMITED);
      await theirs.saveAccount(accountFacts({ disabledAt: 5 }));
      const { limit } = LIMITED;
      expect(await ours.accounts([HOME])).toEqual([accountFacts({ limit, disabledAt: 5 })]);
    });

    test('who has news of the same fact is believed, the later one last', async () => {
      const place = makePlace();
      const [ours, theirs] = [await place(), await place(OTHER_SERVER)];
      await ours.saveAccount(LIMITED);
      await theirs.accounts([HOME]);
      await ours.saveAccount(accountFacts({ disabledAt: 5 }));
      await theirs.saveAccount(accountFacts({ disabledAt: 6 }));
      expect(await ours.accounts([HOME])).toMatchObject([{ limit: null, disabledAt: 6 }]);
      // What was read in between is no news either: only what it says itself counts.
      await ours.saveAccount(accountFacts({ disabledAt: 5 }));
      expect(await theirs.accounts([HOME])).toMatchObject([{ disabledAt: 6 }]);
      await ours.saveAccount(accountFacts({ disabledAt: null }));
      expect(await theirs.accounts([HOME])).toMatchObject([{ disabledAt: null }]);
    });
  });

  describe('the history of an account', () => {
    const addAll = async (place: FactPlace, home: string, count: number) => {
      const store = await place();
      const at = Array.from({ length: count }, (_, n) => n);
      const add = (n: number) =>
        store.addAccountHistory(home, { at: n, event: 'account.limited', facts: { n, list: [] } });
      await Promise.all(at.map(add));
      return store;
    };

    test('the newest entries are given, oldest of them first', async () => {
      const store = await addAll(makePlace(), HOME, 3);
      expect(await store.accountHistory(HOME, 2)).toEqual([
        { at: 1, event: 'account.limited', facts: { n: 1, list: [] } },
        { at: 2, event: 'account.limited', facts: { n: 2, list: [] } },
      ]);
      expect(await store.accountHistory(HOME, 0)).toEqual([]);
      expect(await store.accountHistory('/other', 10)).toEqual([]);
    });

    test('the last 500 are kept, of each home', async () => {
      const store = await addAll(makePlace(), HOME, 503);
      await store.addAccountHistory('/other', { at: 1, event: 'account.limited', facts: {} });
      const kept = await store.accountHistory(HOME, 5_000);
      expect([kept.length, kept[0]?.at, kept.at(-1)?.at]).toEqual([500, 3, 502]);
      expect(await store.accountHistory('/other', 10)).toHaveLength(1);
      // Each is a transaction of its own, for which the disk may take long.
    }, 300_000);
  });
}

import { expect, test } from '@jest/globals';
import type { AccountFacts } from '../../../machines/accounts.ts';
import type { SessionFacts } from '../../../machines/ports.ts';
import { newsOnly } from '../../../supervisor/news-only.ts';
import { accountFacts } from '../../harness/account-facts.ts';
import { sessionFacts } from '../../harness/facts.ts';
import { openMemoryStore } from '../../harness/memory-store.ts';

const INTENT = {
  mark: 'next',
  conversation: 'c',
  workdir: '/w',
  account: 'second',
  hasTranscript: false,
};

/** A store whose writes of whole facts are noted, and of which the first `failures` are refused. */
function createStore(failures = 0) {
  const saved: SessionFacts[] = [];
  let tries = 0;
  const memory = openMemoryStore();
  const store = newsOnly({
    ...memory,
    saveSession: async (facts: SessionFacts) => {
      tries += 1;
      if (tries <= failures) throw new Error('the disk is full');
      saved.push(facts);
      await memory.saveSession(facts);
    },
  });
  return { store, saved };
}

test('the same facts told again cost no write', async () => {
  const { store, saved } = createStore();
  for (const held of [false, false, true, true, false]) {
    await store.saveSession(sessionFacts({ held }));
  }
  expect(saved.map(({ held }) => held)).toEqual([false, true, false]);
});

test('each session has its own', async () => {
  const { store, saved } = createStore();
  for (const name of ['a', 'b', 'a', 'b']) await store.saveSession(sessionFacts({ name }));
  expect(saved.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('facts that could not be saved are saved the next time', async () => {
  const { store, saved } = createStore(1);
  await expect(store.saveSession(sessionFacts())).rejects.toThrow('the disk is full');
  await store.saveSession(sessionFacts());
  await store.saveSession(sessionFacts());
  expect(saved).toHaveLength(1);
});

test('after an intent the same facts are news: they are no longer what the row holds', async () => {
  const { store } = createStore();
  await store.saveSession(sessionFacts());
  await store.noteIntent('pool-0', INTENT);
  expect(await store.sessions()).toMatchObject([{ ...INTENT, agent: null }]);
  await store.saveSession(sessionFacts());
  expect(await store.sessions()).toEqual([sessionFacts()]);
});

test('the same facts of an account told again cost no write', async () => {
  const saved: AccountFacts[] = [];
  const saveAccount = async (facts: AccountFacts) => void saved.push(facts);
  const store = newsOnly({ ...openMemoryStore(), saveAccount });
  for (const disabledAt of [null, null, 5, 5]) {
    await store.saveAccount(accountFacts({ disabledAt }));
  }
  await store.saveAccount(accountFacts({ home: '/home/other', disabledAt: 5 }));
  expect(saved.map((one) => [one.home, one.disabledAt])).toEqual([
    ['/home/first', null],
    ['/home/first', 5],
    ['/home/other', 5],
  ]);
});

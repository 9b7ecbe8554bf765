import { expect, test } from '@jest/globals';
import { SimulatedClock } from 'xstate';
import { rememberedWindow } from '../../../supervisor/pool-crashes.ts';
import { crashFact } from '../../harness/facts.ts';
import { openMemoryStore } from '../../harness/memory-store.ts';
import { testConfig } from '../../harness/test-config.ts';
import { chanceOf } from '../../harness/test-session.ts';

const NOW = 1_000_000;

async function remembering(
  crashes: readonly (readonly [string, Parameters<typeof crashFact>[0]])[],
) {
  const timer = new SimulatedClock();
  timer.increment(NOW);
  const store = openMemoryStore();
  for (const [session, crash] of crashes) await store.addCrash(session, crashFact(crash));
  return {
    window: await rememberedWindow({ config: testConfig(), store, chance: chanceOf(timer) }),
    store,
  };
}

test('crashes of all sessions of the pool count together, oldest first', async () => {
  const { window } = await remembering([
    ['pool-10', { monotonicMs: NOW - 1 }],
    ['pool-9', { monotonicMs: NOW - 2 }],
  ]);
  expect(window).toMatchObject([
    { session: 'pool-9', at: NOW - 2 },
    { session: 'pool-10', at: NOW - 1 },
  ]);
});

test.each<readonly [string, string, Parameters<typeof crashFact>[0]]>([
  ['long ago', 'pool-9', { monotonicMs: 1 }],
  ['before the machine was booted', 'pool-9', { monotonicMs: NOW - 1, bootId: 'another' }],
  ['in a session that the pool has no more', 'pool-8', { monotonicMs: NOW - 1 }],
])('one %s does not', async (_, session, crash) => {
  expect((await remembering([[session, crash]])).window).toEqual([]);
});

test('one lost server is remembered as one loss', async () => {
  const lost = { monotonicMs: NOW - 1, cause: { kind: 'server_lost' } } as const;
  const { window } = await remembering([
    ['pool-9', lost],
    ['pool-10', lost],
    ['pool-11', lost],
  ]);
  expect(window).toHaveLength(1);
});

test('what a session was forgiven counts on, also for the next daemon; what the pool was forgiven does not', async () => {
  const timer = new SimulatedClock();
  timer.increment(NOW);
  const store = openMemoryStore();
  const remember = () => rememberedWindow({ config: testConfig(), store, chance: chanceOf(timer) });
  await store.addCrash('pool-9', crashFact({ monotonicMs: NOW - 1 }));
  await store.clearCrashes('pool-9');
  expect(await remember()).toHaveLength(1);
  await store.clearPoolCrashes(['pool-9']);
  expect(await remember()).toEqual([]);
});

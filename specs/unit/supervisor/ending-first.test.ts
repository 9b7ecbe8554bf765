import { expect, test } from '@jest/globals';
import type { FailoverFacts } from '../../../machines/failovers.ts';
import { endingFirst } from '../../../supervisor/ending-first.ts';
import { failoverFacts } from '../../harness/account-facts.ts';
import { openMemoryStore } from '../../harness/memory-store.ts';

/** A journal that refuses what it is given as long as it fails. */
function createJournal() {
  const disk = { isFull: false };
  const memory = openMemoryStore();
  const store = endingFirst({
    ...memory,
    saveFailover: async (facts: FailoverFacts) => {
      if (disk.isFull) throw new Error('the disk is full');
      await memory.saveFailover(facts);
    },
  });
  return { store, disk };
}

const one = failoverFacts({ id: 'one' });
const ended = failoverFacts({ id: 'one', step: 'completed', endedAt: 5 });
const next = failoverFacts({ id: 'two' });

test('an end that could not be written is written before the next failover of its session', async () => {
  const { store, disk } = createJournal();
  await store.saveFailover(one);
  disk.isFull = true;
  await expect(store.saveFailover(ended)).rejects.toThrow('the disk is full');
  await expect(store.saveFailover(next)).rejects.toThrow('the disk is full');
  disk.isFull = false;
  await store.saveFailover(next);
  await store.saveFailover({ ...next, step: 'moving', to: 'second' });
  expect((await store.openFailovers()).map(({ id, step }) => [id, step])).toEqual([
    ['two', 'moving'],
  ]);
});

test('a step that could not be written is the affair of whoever tells it: the next one stands for it', async () => {
  const { store, disk } = createJournal();
  disk.isFull = true;
  await expect(store.saveFailover(one)).rejects.toThrow('the disk is full');
  disk.isFull = false;
  await store.saveFailover({ ...one, step: 'resuming' });
  await store.saveFailover(failoverFacts({ id: 'other', session: 'pool-1' }));
  expect((await store.openFailovers()).map(({ step }) => step)).toEqual(['resuming', 'choosing']);
});

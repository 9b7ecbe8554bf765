import { setTimeout as sleep } from 'node:timers/promises';
import type { TestPool } from '../../harness/test-pool.ts';
import type { Chance } from '../chance.ts';
import { type ComparedTable, compared } from '../compared.ts';
import type { QueueContestant } from './contestant.ts';
import { type DeliveryTrial, followTask } from './delivery-trial.ts';
import { startOurQueue } from './our-queue.ts';
import { startUsualQueue } from './usual-queue.ts';

const POLL_PERIOD_MS = 1000;
const OUR_PAUSE_MS = 60;
const TEXT = 'Say that it is done.';

export interface Delivering {
  /** What runs in the pools. */
  readonly agent: string;
  readonly ours: TestPool;
  readonly usual: TestPool;
  /** So many start at once in the usual way, at most. */
  readonly atOnce: number;
}

interface Trials {
  readonly ours: DeliveryTrial[];
  readonly usual: DeliveryTrial[];
}

/**
 * So many tasks of each kind, one by one, into a pool of as many sessions: as long as there are some to
 * which nothing was said, each is pasted; after that, each agent is started anew. In turns, and whoever
 * is not measured rests.
 */
export async function measureDeliveries(
  { agent, atOnce, ...pools }: Delivering,
  chance: Chance,
): Promise<readonly ComparedTable[]> {
  const count = pools.ours.config.pool.autonomous.max;
  const ours = await startOurQueue(pools.ours);
  const usual = await startUsualQueue(pools.usual);
  const tables: ComparedTable[] = [];
  for (const how of ['pasted', 'started anew']) {
    const trials: Trials = { ours: [], usual: [] };
    for (let left = count; left > 0; left -= atOnce) {
      const round = Math.min(left, atOnce);
      trials.usual.push(...(await giveWithinAPeriod(usual, round, chance)));
      trials.ours.push(...(await giveOneByOne(ours, round, chance)));
    }
    tables.push(tableOf(`Task for a ${agent}, ${how}`, trials));
  }
  return tables;
}

/** Several within one period: each meets the poller at another moment of it, and all wait together. */
async function giveWithinAPeriod(
  { events, add, work, rest }: QueueContestant,
  count: number,
  chance: Chance,
): Promise<readonly DeliveryTrial[]> {
  await work();
  const trials = await Promise.all(
    Array.from({ length: count }, async () => {
      await sleep(chance.below(POLL_PERIOD_MS));
      const [added] = await add([TEXT]);
      if (added === undefined) throw new Error('nothing was added');
      return await followTask(events, added, { confirms: false });
    }),
  );
  await rest();
  return trials;
}

async function giveOneByOne(
  { events, add }: QueueContestant,
  count: number,
  chance: Chance,
): Promise<readonly DeliveryTrial[]> {
  const trials: DeliveryTrial[] = [];
  for (let n = 0; n < count; n += 1) {
    await sleep(chance.below(OUR_PAUSE_MS));
    const [added] = await add([TEXT]);
    if (added === undefined) throw new Error('nothing was added');
    trials.push(await followTask(events, added, { confirms: true }));
  }
  return trials;
}

function tableOf(title: string, { ours, usual }: Trials): ComparedTable {
  const row = (what: string, key: keyof DeliveryTrial) =>
    compared(
      what,
      ours.map((trial) => trial[key]),
      key === 'confirmedMs' ? null : usual.map((trial) => trial[key]),
    );
  const missed = (trials: readonly DeliveryTrial[]) =>
    trials.filter(({ promptedMs }) => promptedMs === null).length;
  return {
    title,
    usual: 'poller',
    rows: [
      row('→ given to a session', 'givenMs'),
      row('→ prompt taken', 'promptedMs'),
      row('→ confirmed in the store', 'confirmedMs'),
    ],
    missed: { ours: missed(ours), usual: missed(usual) },
  };
}

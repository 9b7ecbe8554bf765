import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Contestant, Trial } from './contestant.ts';
import type { UsualPool } from './usual-pool.ts';

export interface Contest {
  readonly ours: Contestant;
  readonly usual: UsualPool;
  readonly pm2: Contestant;
  readonly chance: Chance;
}

export interface Trials {
  readonly ours: readonly Trial[];
  readonly usual: readonly Trial[];
  readonly pm2: readonly Trial[];
}

const PER_ROUND = 10;
const POLL_PERIOD_MS = 1000;
const PAUSE_MS = 120;

/**
 * So many kills of each kind, in turns, so that whatever else the machine does meets all. The poller
 * rests while others are killed: nobody runs both, and its forks would be measured as their latency.
 */
export async function runKills(contest: Contest, trials: number): Promise<Trials> {
  const { sessions } = contest.ours;
  // Half of the pool at most: who is killed must be one that had come back to rest.
  const perRound = Math.min(PER_ROUND, Math.floor(sessions.length / 2));
  const done = { ours: [] as Trial[], usual: [] as Trial[], pm2: [] as Trial[] };
  for (let left = trials; left > 0; left -= perRound) {
    const count = Math.min(left, perRound);
    done.usual.push(...(await killWithinAPeriod(contest, count)));
    done.ours.push(...(await killOneByOne(contest.ours, contest.chance, count)));
    done.pm2.push(...(await killOneByOne(contest.pm2, contest.chance, count)));
  }
  return done;
}

/** Several within one period: each meets the poller at another moment of it, and all wait together. */
async function killWithinAPeriod(
  { usual, chance }: Contest,
  count: number,
): Promise<readonly Trial[]> {
  await usual.work();
  const periodMs = Math.max(POLL_PERIOD_MS, usual.sweepsMs().at(-1) ?? 0);
  const kills = chance.pick(usual.sessions, count).map(async (session) => {
    await sleep(chance.below(periodMs));
    return await usual.kill(session);
  });
  const trials = await Promise.all(kills);
  await usual.rest();
  return trials;
}

async function killOneByOne(
  contestant: Contestant,
  chance: Chance,
  count: number,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const session of chance.pick(contestant.sessions, count)) {
    await sleep(chance.below(PAUSE_MS));
    trials.push(await contestant.kill(session));
  }
  return trials;
}

import { makeRealClientPool, type RealClientPool } from '../../harness/real-client-pool.ts';
import { atEnd } from '../../harness/scope.ts';
import { makeTestPool } from '../../harness/test-pool.ts';
import type { Chance } from '../chance.ts';
import type { Delivering } from './deliveries.ts';
import type { Turning } from './turns.ts';

/** Few: each turn ends with the start of an agent, and others that start meanwhile would be measured, too. */
const DEMO_SESSIONS = 4;
const REAL_SESSIONS = 2;
/** A turn takes this long, and up to a period of the poller more. */
const LEAST_TURN_MS = 300;
const POLL_PERIOD_MS = 1000;
const PACE_MS = 50;

export function demoTurning(count: number, chance: Chance): Turning {
  const pool = () => makeTestPool({ max: DEMO_SESSIONS });
  const turnMs = () => Math.round(LEAST_TURN_MS + chance.below(POLL_PERIOD_MS));
  const text = () => `[[demo:think ${turnMs()}ms]]`;
  return { agent: 'demo agent', count, ours: pool(), usual: pool(), text };
}

export function demoDelivering(count: number): Delivering {
  const pool = () => makeTestPool({ max: count });
  return { agent: 'demo agent', atOnce: 5, ours: pool(), usual: pool() };
}

export async function realTurning(count: number, chance: Chance): Promise<Turning> {
  const ours = await makeRealClientPool(REAL_SESSIONS);
  const usual = await makeRealClientPool(REAL_SESSIONS);
  varyAnswers([ours, usual], chance);
  return { agent: 'real client', count, ours, usual, text: () => 'Say that it is done.' };
}

export async function realDelivering(count: number): Promise<Delivering> {
  const ours = await makeRealClientPool(count);
  const usual = await makeRealClientPool(count);
  // A start takes seconds of a core.
  return { agent: 'real client', atOnce: 2, ours, usual };
}

/** From now on each answer takes another time, up to a period of the poller. */
function varyAnswers(pools: readonly RealClientPool[], chance: Chance): void {
  const timer = setInterval(() => {
    for (const { stub, tokens } of pools) {
      const latencyMs = Math.round(chance.below(POLL_PERIOD_MS));
      for (const token of Object.values(tokens)) stub.set(token, { options: { latencyMs } });
    }
  }, PACE_MS);
  atEnd(() => clearInterval(timer));
}

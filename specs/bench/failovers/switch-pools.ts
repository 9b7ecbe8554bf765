import { makeRealClientPool } from '../../harness/real-client-pool.ts';
import { makeTestPool, type TestPool } from '../../harness/test-pool.ts';
import { demoLimits, type Limits, stubLimits } from './limits.ts';

/** What is measured: one session each way, on two accounts. */
export interface Switching {
  /** What runs in it. */
  readonly agent: string;
  readonly count: number;
  readonly ours: Side;
  readonly usual: Side;
}

interface Side {
  readonly pool: TestPool;
  readonly limits: Limits;
}

/** An account can be used again as soon as we say so. */
const FAILOVER = { strategy: 'spread', reset_margin: '0s', cooldown: '0s' };

export function demoSwitching(count: number): Switching {
  const side = (): Side => {
    const pool = makeTestPool({ max: 1, config: { failover: FAILOVER } });
    return { pool, limits: demoLimits(pool) };
  };
  return { agent: 'demo agent', count, ours: side(), usual: side() };
}

export async function realSwitching(count: number): Promise<Switching> {
  const side = async (): Promise<Side> => {
    const pool = await makeRealClientPool(1, { config: { failover: FAILOVER } });
    return { pool, limits: stubLimits(pool) };
  };
  return { agent: 'real client', count, ours: await side(), usual: await side() };
}

import type { TestPool } from './test-pool.ts';
import { until } from './until.ts';

/**
 * `session adopt`, until it is done: where tmux takes longer than the verb waits for it, it is answered
 * that this is under way, and done all the same.
 */
export async function adopt(pool: TestPool, session: string): Promise<void> {
  const adopted = async () => {
    const { status, body } = await pool.post(`/v1/sessions/${session}/adopt`);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return true;
  };
  await until(adopted, { withinMs: 10_000, what: `${session} to be adopted` });
}

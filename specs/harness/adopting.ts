import { expect } from '@jest/globals';
import type { TestPool } from './test-pool.ts';
import { until } from './until.ts';

const LATE = /tmux has not answered yet|an adoption of \S+ is under way/;

/**
 * `session adopt`, until it is done: where tmux takes longer than the verb waits for it, it is answered
 * that this is under way, and done all the same.
 */
export async function adopt(pool: TestPool, session: string): Promise<void> {
  const adopted = async () => {
    const { status, body } = await pool.post(`/v1/sessions/${session}/adopt`);
    const isLate = status === 409 && LATE.test(`${body['message']}`);
    return isLate ? null : status;
  };
  const within = { withinMs: 10_000, what: `${session} to be adopted` };
  expect(await until(adopted, within)).toBe(200);
}

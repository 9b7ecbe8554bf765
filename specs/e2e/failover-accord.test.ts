import { expect, jest, test } from '@jest/globals';
import { makeRealClientPool, type RealClientPool } from '../harness/real-client-pool.ts';
import { taskDesk } from '../harness/task-desk.ts';
import type { DaemonRun } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(500_000);

const ONE = 'ccl-auto-11';
const MINUTE_MS = 60_000;

/** A client on this account is told with its next answer that so much of its 5 hours is used. */
function setUsed({ stub, tokens }: RealClientPool, account: string, used: number, inS: number) {
  const resetsAt = Math.floor(Date.now() / 1000) + inS;
  stub.set(tokens[account] ?? '', { quota: { fiveHour: { used, resetsAt } } });
}

/** Waits until a failover for this reason has taken the session to this account. */
async function hasGone({ log }: DaemonRun, reason: string, to: string, withinMs: number) {
  const isIt = (line: DaemonRun['log'][number]) =>
    line.event === 'failover.completed' && line['reason'] === reason && line['to'] === to;
  await until(() => log.some(isIt), { withinMs, what: `the ${reason} move to ${to}` });
}

test('a session leaves an account that is nearly used up between two turns of its conversation, and goes back once the window is given back', async () => {
  const failover = {
    ...{ strategy: 'priority', cooldown: '1s', reset_margin: '1s' },
    ...{ proactive_threshold: 0.85, return_to_preferred: true },
  };
  const pool = await makeRealClientPool(1, { config: { failover } });
  const desk = taskDesk(pool);
  setUsed(pool, 'compte1', 0.9, 90);
  const run = await pool.start();
  expect(await pool.sessionIs(ONE, 'idle.ready')).toMatchObject({ account: 'compte1' });

  const first = await desk.is(await desk.add('the first'), 'done', 2 * MINUTE_MS);
  await hasGone(run, 'proactive', 'compte2', MINUTE_MS);
  expect(await pool.sessionIs(ONE, 'idle.ready')).toMatchObject({
    account: 'compte2',
    conversation: first.conversation,
  });
  expect(run.log).toContainEqual(
    expect.objectContaining({
      event: 'failover.decided',
      reason: 'proactive',
      why: expect.stringContaining('compte1 has used 90 % of its 5 hours'),
    }),
  );

  await hasGone(run, 'return', 'compte1', 3 * MINUTE_MS);
  expect(await pool.sessionIs(ONE, 'idle.ready')).toMatchObject({
    account: 'compte1',
    conversation: first.conversation,
  });
  const prompts = pool.transcript(first.conversation ?? '').filter(({ type }) => type === 'user');
  expect(prompts).toHaveLength(1);
  expect(first).toMatchObject({ attempts: 1 });
});

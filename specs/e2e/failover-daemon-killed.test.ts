import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { stepKiller } from '../harness/step-killer.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { watchOwners } from '../harness/watched-owners.ts';

jest.setTimeout(1_500_000);

const ONE = 'ccl-auto-11';

test('a daemon killed between every two steps of a failover: one owner at every moment, and the task ends once', async () => {
  const pool = makeTestPool({
    max: 1,
    config: {
      restart: { intensity: 100_000, backoff_initial: '10ms', backoff_max: '100ms' },
      failover: { strategy: 'priority', reset_margin: '0s', cooldown: '0s' },
      tasks: { retry_backoff: '0s', max_attempts: 3 },
    },
  });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const killer = stepKiller();
  const owners = watchOwners(pool.dir);
  let id = '';
  const survived = async (run: DaemonRun) =>
    await Promise.race([run.exited.then(() => false), desk.is(id, 'done').then(() => true)]);
  for (let at = 1; at < 300; at++) {
    killer.disarm();
    const doomed = await pool.start({ env: killer.env(at) });
    const before = await pool.sessionIs(ONE, 'idle.ready');
    // The prompt is taken first: what follows, from the evidence on, is the failover.
    const gate = join(pool.dir, `step-${at}`);
    id = await desk.add(`task of step ${at}. [[demo:until ${gate}]] [[demo:limit 1h]]`);
    await doomed.logged('task.confirmed', { task: id });
    killer.arm();
    writeFileSync(gate, '');
    const isOver = await survived(doomed);
    killer.disarm();
    const next = isOver ? doomed : await pool.start();
    const task = await desk.is(id, 'done');
    const after = await pool.sessionIs(ONE, 'idle.ready');

    expect({ at, owners: owners.most() }).toEqual({ at, owners: 1 });
    expect(task.history.filter(({ event }) => event === 'completed')).toHaveLength(1);
    expect({ at, attempts: task.attempts }).toEqual({ at, attempts: 1 });
    expect({ at, first: heard.with(`task of step ${at}.`).length }).toEqual({ at, first: 1 });
    expect(Object.keys(agentBySession(pool.dir))).toEqual([ONE]);
    expect({ at, moved: after.pid !== before.pid }).toEqual({ at, moved: true });
    await clearAccounts(pool);
    next.child.kill('SIGTERM');
    await next.exited;
    if (isOver) {
      expect(at).toBeGreaterThan(15);
      return;
    }
  }
  throw new Error('it never came to the last step');
});

/** The next round begins as this one did; a demo agent's limit would last until the named minute is over. */
async function clearAccounts({ post, config }: TestPool): Promise<void> {
  for (const { name, home } of config.accounts) {
    rmSync(join(home, 'demo-failure.json'), { force: true });
    await post(`/v1/accounts/${name}/clear`);
  }
}

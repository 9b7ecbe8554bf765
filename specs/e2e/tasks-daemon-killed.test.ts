import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { stepKiller } from '../harness/step-killer.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(900_000);

const FAST = {
  restart: { intensity: 100_000, backoff_initial: '10ms', backoff_max: '100ms' },
  tasks: { retry_backoff: '0s', max_attempts: 100 },
};

test('a daemon killed while three tasks run: the next one adopts them, and each ends once', async () => {
  const pool = makeTestPool({ config: FAST });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const first = await pool.start();
  const before = await pool.allAre('idle.ready');
  const gate = join(pool.dir, 'work-is-over');
  const ids = [];
  for (const n of [1, 2, 3]) ids.push(await desk.add(`long task ${n} [[demo:until ${gate}]]`));
  const running = await pool.allAre('working.running');
  first.child.kill('SIGKILL');
  await first.exited;

  const second = await pool.start();
  writeFileSync(gate, '');
  const tasks = await desk.allEnd(ids, 60_000);

  expect(tasks.map(({ state, attempts }) => [state, attempts])).toEqual(ids.map(() => ['done', 1]));
  for (const n of [1, 2, 3]) expect(heard.with(`long task ${n}`)).toHaveLength(1);
  const after = await pool.allAre('idle.ready');
  expect(after.map(({ pid }) => pid)).toEqual(running.map(({ pid }) => pid));
  expect(before).toHaveLength(3);
  expect(second.log.filter(({ event }) => event === 'session.created')).toEqual([]);
});

test('tasks that end while no daemon runs are found done by the next one', async () => {
  const pool = makeTestPool({ config: FAST });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const first = await pool.start();
  await pool.allAre('idle.ready');
  const gate = join(pool.dir, 'work-is-over');
  const ids = [];
  for (const n of [1, 2, 3]) ids.push(await desk.add(`short task ${n} [[demo:until ${gate}]]`));
  await pool.allAre('working.running');
  first.child.kill('SIGKILL');
  await first.exited;
  writeFileSync(gate, '');
  await until(() => statusesIn(pool).every((status) => status === 'idle'), {
    withinMs: 30_000,
    what: 'every agent to be done with its turn',
  });

  await pool.start();
  const tasks = await desk.allEnd(ids, 60_000);

  expect(tasks.map(({ state, attempts }) => [state, attempts])).toEqual(ids.map(() => ['done', 1]));
  for (const n of [1, 2, 3]) expect(heard.with(`short task ${n}`)).toHaveLength(1);
});

/** What the agents themselves say they do. */
function statusesIn(pool: TestPool): readonly unknown[] {
  return pool.config.accounts.flatMap(({ home }) => {
    const folder = join(home, 'sessions');
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).status);
  });
}

test('a daemon killed between every two steps of a delivery: the task ends once, and its prompt was submitted once', async () => {
  const pool = makeTestPool({ max: 1, config: FAST });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const killer = stepKiller();
  const survived = async (run: DaemonRun) =>
    await Promise.race([run.exited.then(() => false), desk.is(id, 'done').then(() => true)]);
  let id = '';
  for (let at = 1; at < 200; at++) {
    killer.disarm();
    const doomed = await pool.start({ env: killer.env(at) });
    await pool.allAre('idle.ready');
    killer.arm();
    id = await desk.add(`task of step ${at}.`);
    const isOver = await survived(doomed);
    killer.disarm();
    if (isOver) {
      expect(at).toBeGreaterThan(10);
      doomed.child.kill('SIGTERM');
      return;
    }
    const next = await pool.start();
    const task = await desk.is(id, 'done');
    await pool.allAre('idle.ready');

    expect({ at, prompts: heard.with(`task of step ${at}.`).length }).toEqual({ at, prompts: 1 });
    expect(task.history.filter(({ event }) => event === 'completed')).toHaveLength(1);
    next.child.kill('SIGTERM');
    await next.exited;
  }
  throw new Error('it never came to the last step');
});

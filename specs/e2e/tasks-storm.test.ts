import { expect, jest, test } from '@jest/globals';
import { agentsBelow } from '../harness/pool-agents.ts';
import { addTasks } from '../harness/task-adding.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(600_000);

const TASKS = 500;
const KILL_EVERY_MS = 2000;

test('500 tasks through ten agents, of which one is killed every two seconds: 500 done, each once', async () => {
  const pool = makeTestPool({
    max: 10,
    config: {
      restart: { intensity: 100_000, backoff_initial: '10ms', backoff_max: '100ms' },
      tasks: { max_attempts: 100 },
    },
  });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const ids = await addTasks(
    pool,
    Array.from({ length: TASKS }, (_, n) => `task number ${n}`),
  );
  const killer = setInterval(() => killOne(pool), KILL_EVERY_MS);

  const tasks = await desk.allEnd(ids, 500_000).finally(() => clearInterval(killer));

  expect(tasks).toHaveLength(TASKS);
  expect(tasks.filter(({ state }) => state !== 'done')).toEqual([]);
  const told = () => run.log.filter(({ event }) => event === 'task.completed');
  // Of an end that is stored the log tells a moment later.
  await until(() => told().length >= TASKS, { withinMs: 10_000, what: 'every end to be logged' });
  const completed = told();
  expect(new Set(completed.map(({ task }) => task)).size).toBe(TASKS);
  expect(completed).toHaveLength(TASKS);
  expect(run.log.filter(({ event }) => event === 'session.crashed').length).toBeGreaterThan(3);
});

function killOne(pool: TestPool): void {
  const agents = agentsBelow(pool.dir);
  const victim = agents[Math.floor(Math.random() * agents.length)];
  if (victim === undefined) return;
  try {
    process.kill(victim.pid, 'SIGKILL');
  } catch {
    // It was being replaced.
  }
}

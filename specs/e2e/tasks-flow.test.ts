import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import type { StatusReport } from '../../supervisor/status-report.ts';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { runCli } from '../harness/run-cli.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const TASKS = 6;

/** A directory below that of the pool. */
function projectIn({ dir }: TestPool, name: string): string {
  const project = join(dir, 'work', name);
  mkdirSync(project, { recursive: true });
  return project;
}

/** The queue once so many are done: it is counted again only after a rest of up to a second. */
function countedAs(pool: TestPool, done: number): Promise<StatusReport['queue']> {
  const counted = async () => {
    const { queue } = await pool.status();
    return queue.done === done ? queue : null;
  };
  return until(counted, { withinMs: 5_000, what: `${done} to be counted as done` });
}

test('six tasks of two projects go through two sessions: each is done once, and told from beginning to end', async () => {
  const pool = makeTestPool({ max: 2 });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');

  const ids: string[] = [];
  for (let n = 0; n < TASKS; n += 1) {
    const project = projectIn(pool, n % 2 === 0 ? 'even' : 'odd');
    ids.push(await desk.add(`task number ${n}`, '--project', project));
  }
  const tasks = await desk.allEnd(ids, 120_000);

  expect(tasks.map(({ state, attempts }) => [state, attempts])).toEqual(
    Array(TASKS).fill(['done', 1]),
  );
  expect(new Set(tasks.map(({ conversation }) => conversation)).size).toBe(TASKS);
  for (const [n, id] of ids.entries()) {
    expect(heard.with(id)).toEqual([`[task ${id}]\ntask number ${n}`]);
    // That it is done is stored before it is told.
    await run.logged('task.completed', { task: id });
    const said = run.log.filter(({ task }) => task === id).map(({ event }) => event);
    expect(said).toEqual(['task.accepted', 'task.dispatched', 'task.confirmed', 'task.completed']);
  }
  await pool.allAre('idle.ready');
  expect(await countedAs(pool, TASKS)).toMatchObject({ queued: 0, running: 0, done: TASKS });
});

test('while no daemon runs the status tells the queue, and which session holds which task', async () => {
  const pool = makeTestPool({ max: 2 });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const id = await desk.add('a long one [[demo:work 10m]]');
  await run.logged('task.confirmed', { task: id });
  const holder = (await pool.status()).sessions.find(({ task }) => task === id);

  run.child.kill('SIGKILL');
  await run.exited;
  const waiting = await desk.add('one for later');
  const { stdout } = await runCli(['status', '--json', '--config', pool.file], { env: pool.env });
  const { daemon, sessions, queue } = JSON.parse(stdout) as StatusReport;

  expect(daemon.state).toBe('down');
  expect(queue).toMatchObject({ queued: 1, running: 1, done: 0 });
  expect(sessions.filter(({ task }) => task !== null)).toMatchObject([
    { name: holder?.name, task: id },
  ]);
  expect(await desk.show(waiting)).toMatchObject({ state: 'queued' });
});

import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ALL, CONFIRMED, newTask } from '../harness/new-task.ts';
import { type Program, startProgram } from '../harness/program.ts';
import { handsOn, taskPlace } from '../harness/task-store.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

test('a hundred adds of twenty processes that start at once on a new file: ten of the same key are one', async () => {
  const file = join(tempDir(), 'state', 'facts.db');
  const adders = Array.from({ length: 20 }, (_, n) =>
    startProgram('task-adder', [file, '5', ...(n < 10 ? ['same'] : [])]),
  );
  await Promise.all(adders.map(ended));

  const book = await taskPlace(file).book();
  const ids = (await book.list(ALL)).map(({ id }) => id);
  expect(ids).toHaveLength(91);
  const told = adders.flatMap(({ lines }) => lines);
  expect(told).toHaveLength(100);
  expect([...new Set(told)].sort()).toEqual([...ids].sort());
  expect(await book.counts()).toMatchObject({ queued: 91 });
}, 120_000);

test('eight daemons that race for the tasks of one file: each task is given out once', async () => {
  const file = join(tempDir(), 'facts.db');
  const daemons = Array.from({ length: 8 }, (_, n) =>
    // Four servers with two ranges each: the names of the sessions are the same on all of them.
    startProgram('task-claimer', [
      ...[file, `/run/${n % 4}.sock`, `daemon-${n}`],
      ...[`pool-${n >> 2}`, '200'],
    ]),
  );
  await Promise.all(daemons.map((daemon) => daemon.says((line) => line === 'open', 'open')));
  const book = await taskPlace(file).book();
  const added = await Promise.all(Array.from({ length: 200 }, () => book.add(newTask())));
  await Promise.all(daemons.map(ended));

  const given = daemons.map(({ lines }) => lines.filter((line) => line !== 'open'));
  expect(given.flat().sort()).toEqual(added.map(({ id }) => id).sort());
  expect(given.filter((ids) => ids.length > 0).length).toBeGreaterThan(1);
  expect(await book.counts()).toMatchObject({ done: 200, queued: 0, running: 0 });
  for (const { id } of added) {
    const events = (await book.show(id))?.history.map(({ event }) => event);
    expect(events).toEqual(['accepted', 'dispatched', 'confirmed', 'completed']);
  }
}, 120_000);

test('tasks that are added while a daemon takes them are all done once', async () => {
  const file = join(tempDir(), 'facts.db');
  await (await taskPlace(file).book()).add(newTask());
  const adders = Array.from({ length: 3 }, () => startProgram('task-adder', [file, '20']));
  const { tasks } = await taskPlace(file).daemon();
  const given: string[] = [];
  const takeSome = async () => {
    for (const { id } of await tasks.ready(3)) {
      const held = await handsOn(() => tasks).claim(id);
      given.push(held.id);
      await tasks.confirm(held, CONFIRMED);
      await tasks.complete(held, 'ok');
    }
    return given.length >= 61;
  };
  await until(takeSome, { withinMs: 60_000, everyMs: 1, what: 'all tasks to be done' });
  await Promise.all(adders.map(ended));
  expect(new Set(given).size).toBe(61);
  expect(await tasks.counts()).toMatchObject({ done: 61, queued: 0 });
}, 120_000);

async function ended({ child, pid }: Program): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  // What it printed is read a little later than its end is told.
  if (!child.stdout?.closed) await once(child.stdout ?? child, 'close');
  expect([pid, child.exitCode]).toEqual([pid, 0]);
}

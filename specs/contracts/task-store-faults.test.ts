import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Engine } from '../../actors/store/engine.ts';
import { migrate } from '../../actors/store/migrate.ts';
import { openTaskBook } from '../../actors/store/open-task-book.ts';
import { openSqliteEngine } from '../../actors/store/sqlite-engine.ts';
import { SqliteDatabase } from '../../actors/store/sqlite-module.ts';
import { namingFailures } from '../../actors/store/store-failure.ts';
import { createTaskStore } from '../../actors/store/task-store.ts';
import { ALL, CONFIRMED, newTask, TASK_LIMITS } from '../harness/new-task.ts';
import { integrity, OLD_SESSION, storeBeforeTasks } from '../harness/older-store.ts';
import { startProgram } from '../harness/program.ts';
import { atEnd } from '../harness/scope.ts';
import { handsOn, taskPlace } from '../harness/task-store.ts';
import { tempDir } from '../harness/temp-dir.ts';

const KILLS = 8;

test(`no task that was acknowledged is lost when who adds it is killed, ${KILLS} times`, async () => {
  const file = join(tempDir(), 'facts.db');
  const told: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const adder = startProgram('task-adder', [file, '100000']);
    await adder.says(() => adder.lines.length >= 1 + 3 * (kill % 4), 'print some ids');
    await adder.end('SIGKILL');
    told.push(...adder.lines);

    const book = await taskPlace(file).book();
    const tasks = await book.list(ALL);
    expect(tasks.map(({ id }) => id)).toEqual(expect.arrayContaining(told));
    // What the kill cut off is there whole, or not at all.
    for (const { id } of tasks.slice(-3)) {
      const task = await book.show(id);
      expect(task?.text).toMatch(/^number \d+$/);
      expect(task?.history.map(({ event }) => event)).toEqual(['accepted']);
    }
    await book.close();
  }
  expect(integrity(file)).toBe('ok');
}, 120_000);

test('no task that was claimed is lost when its daemon is killed: the next one finds it held', async () => {
  const file = join(tempDir(), 'facts.db');
  const book = await taskPlace(file).book();
  for (let n = 0; n < 100; n++) await book.add(newTask());
  const daemon = startProgram('task-claimer', [file, '/run/tmux.sock', 'ours', 'pool-0', '100']);
  await daemon.says(() => daemon.lines.length >= 5, 'take some tasks');
  await daemon.end('SIGKILL');

  const { tasks } = await taskPlace(file).daemon();
  const last = daemon.lines.at(-1) ?? '';
  const held = (await tasks.held()).get('pool-0');
  const state = (await tasks.show(last))?.state;
  // It was cut off between a claim and a completion, or after the completion, or after the next claim.
  if (held === undefined || held.id !== last) expect(state).toBe('done');
  else expect(await tasks.complete(held, 'ok')).toBe(true);
  const { done, queued, running } = await tasks.counts();
  expect(done + queued + running).toBe(100);
  expect(integrity(file)).toBe('ok');
}, 300_000);

test('a full disk: what does not fit is refused whole, and the rest goes on', async () => {
  const { engine, tasks } = await smallStore();
  const { add, begin } = handsOn(() => tasks);
  const held = await begin();
  const small = await add();
  await sql`pragma max_page_count = 1`.execute(engine.db);
  const before = await tasks.list(ALL);

  const refusal = {
    code: 'STORE_FAILED',
    message: expect.stringContaining('free some space'),
    facts: { reason: 'SQLITE_FULL' },
  };
  const text = 'x'.repeat(100_000);
  await expect(tasks.add(newTask({ text }))).rejects.toMatchObject(refusal);
  await expect(tasks.complete(held, text)).rejects.toMatchObject(refusal);
  await expect(tasks.fail(held, { error: text, retryable: false })).rejects.toMatchObject(refusal);

  expect(await tasks.list(ALL)).toEqual(before);
  expect((await tasks.held()).get('pool-0')).toMatchObject({ id: held.id, fence: held.fence });
  expect((await tasks.show(held.id))?.history).toHaveLength(3);
  await sql`pragma max_page_count = 1000000`.execute(engine.db);
  expect(await tasks.complete(held, text)).toBe(true);
  expect(await tasks.claim(small, 'pool-0')).toMatchObject({ id: small });
  expect((await tasks.add(newTask({ text }))).created).toBe(true);
});

test('reading only: where no file is, there are no tasks, and none is made', async () => {
  const directory = tempDir();
  const reader = await taskPlace(join(directory, 'state', 'facts.db')).book({ readOnly: true });
  expect(await reader.list(ALL)).toEqual([]);
  expect(await reader.show('t_nobody')).toBeNull();
  expect(await reader.counts()).toMatchObject({ queued: 0, done: 0 });
  await expect(reader.add(newTask())).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(readdirSync(directory)).toEqual([]);
});

test('a new file that another process is writing to is waited for', async () => {
  const file = join(tempDir(), 'facts.db');
  const locker = startProgram('store-locker', [file, '300']);
  await locker.says((line) => line === 'locked', 'lock the file');
  const book = await taskPlace(file).book();
  expect((await book.add(newTask())).created).toBe(true);
  await locker.end('SIGCONT');
});

test('while another process writes, writes wait and reads go on', async () => {
  const file = join(tempDir(), 'facts.db');
  const { tasks } = await taskPlace(file).daemon();
  const locker = startProgram('store-locker', [file]);
  await locker.says((line) => line === 'locked', 'lock the file');
  let isAdded = false;
  const adding = tasks.add(newTask()).finally(() => {
    isAdded = true;
  });
  for (let n = 0; n < 20; n++) expect(await tasks.list(ALL)).toEqual([]);
  expect(isAdded).toBe(false);
  await locker.end('SIGKILL');
  expect((await adding).created).toBe(true);
});

test('a store whose maker was killed half-way keeps nobody from adding', async () => {
  const file = join(tempDir(), 'facts.db');
  await once(startProgram('half-made-store', [file]).child, 'close');
  expect(readdirSync(dirname(file))).toContain('facts.db-journal');

  expect(await (await taskPlace(file).book({ readOnly: true })).list(ALL)).toEqual([]);
  const book = await taskPlace(file).book();
  expect((await book.add(newTask())).created).toBe(true);
});

test('a store that an older version has made gets its tasks when it is first written to', async () => {
  const file = storeBeforeTasks();
  const reader = await taskPlace(file).book({ readOnly: true });
  expect(await reader.list(ALL)).toEqual([]);

  const { id } = await (await taskPlace(file).book()).add(newTask());
  const { facts, tasks } = await taskPlace(file).daemon();
  expect(await tasks.show(id)).toMatchObject({ state: 'queued' });
  expect(await facts.sessions()).toEqual([OLD_SESSION]);
});

test('adding makes the file as a daemon does: for its owner only', async () => {
  const file = join(tempDir(), 'state', 'facts.db');
  await (await taskPlace(file).book()).add(newTask());
  for (const path of [file, `${file}-wal`]) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  const { tasks } = await taskPlace(file).daemon();
  expect(await tasks.counts()).toMatchObject({ queued: 1 });
});

test('a file that is no database is refused, and the person is told what to do', async () => {
  const file = join(tempDir(), 'facts.db');
  writeFileSync(file, 'this is not a database, but somebody wrote it\n', { mode: 0o600 });
  for (const readOnly of [false, true]) {
    await expect(openTaskBook({ file, readOnly })).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(`mv ${file} ${file}.damaged`),
    });
  }
});

test('one session cannot hold two tasks, even if somebody forgets to ask', async () => {
  const file = join(tempDir(), 'facts.db');
  const { tasks } = await taskPlace(file).daemon();
  const { begin, add } = handsOn(() => tasks);
  const held = await begin();
  const other = await add();
  const raw = new SqliteDatabase(file);
  atEnd(() => raw.close());
  const steal = raw.prepare(
    `update task set state = 'running', scope = '/run/tmux.sock', session = 'pool-0' where id = ?`,
  );
  expect(() => steal.run(other)).toThrow(/UNIQUE/);
  expect(await tasks.confirm(held, CONFIRMED)).toBe(true);
});

async function smallStore() {
  const file = join(tempDir(), 'facts.db');
  writeFileSync(file, '');
  const engine: Engine = openSqliteEngine(file, { readOnly: false });
  atEnd(() => engine.close());
  await migrate(engine);
  const shelf = { engine, scope: '/run/tmux.sock', limits: TASK_LIMITS, write: engine.exclusive };
  return { engine, tasks: namingFailures(file, createTaskStore(shelf)) };
}

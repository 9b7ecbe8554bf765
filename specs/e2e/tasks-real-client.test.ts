import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { attachOperator } from '../harness/attached-operator.ts';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { makeRealClientPool, promptsIn } from '../harness/real-client-pool.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(400_000);

const TEXTS: Readonly<Record<string, string>> = {
  'several lines with quotes, $, backticks and unicode':
    'Say "hello" and \'bye\'.\nCosts $HOME $(id) `id` %s \\n {}\n  indented, 日本語, 👩‍👩‍👧, عربي',
  'a first slash': '/help is what this text begins with',
  'a first exclamation mark': '!touch must-not-run',
  'a backslash at the end': 'The path ends so: C:\\',
  '300 kB': `Long: ${'0123456789abcdef '.repeat(18_000)}end`,
  'tabs and decomposed letters': 'a\tb\tc e\u0301 n\u0303 o\u0308 end',
};

test('six tasks of every odd shape are done by two real clients, each prompt seen once and as it was sent', async () => {
  const pool = await makeRealClientPool(2);
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  const ids = new Map<string, string>();
  for (const [name, text] of Object.entries(TEXTS)) ids.set(name, await desk.add(text));

  const tasks = await desk.allEnd([...ids.values()], 300_000);

  expect(tasks.map(({ state }) => state)).toEqual(tasks.map(() => 'done'));
  for (const [name, text] of Object.entries(TEXTS)) {
    const id = ids.get(name) ?? '';
    const prompts = heard.with(id);
    expect({ name, count: prompts.length }).toEqual({ name, count: 1 });
    expect([sent(id, text), pasted(sent(id, text))]).toContain(
      (prompts[0] ?? '').replace(/\n\[end of task\]$/, ''),
    );
  }
  expect(existsSync(join(pool.dir, 'work', 'must-not-run'))).toBe(false);
  const completed = () => run.log.filter(({ event }) => event === 'task.completed');
  // It is logged after it was stored.
  await until(() => completed().length >= 6, { withinMs: 10_000, what: 'all to be logged' });
  expect(completed()).toHaveLength(6);
  expect(run.log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
});

/** What `UserPromptSubmit` holds of an argument, and of the paste that the client has normalised. */
function sent(id: string, text: string): string {
  return `[task ${id}]\n${text}`;
}

function pasted(text: string): string {
  return text.normalize('NFC').replaceAll('\t', '    ').trimEnd();
}

test('a real client killed in the middle of its task: the task ends done, once, in the same conversation', async () => {
  const pool = await makeRealClientPool(1);
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'slow', options: { slowMs: 60_000 } });
  const run = await pool.start();
  const id = await desk.add('count slowly');
  await run.logged('task.confirmed', { task: id });
  const { conversation, pid } = await pool.sessionIs('ccl-auto-11', 'working.running');
  await until(() => promptsIn(pool.transcript(conversation ?? '')).length > 0, {
    withinMs: 20_000,
    what: 'the prompt to be in the transcript',
  });
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'text', options: {} });
  sendSignal(pid);

  const task = await desk.is(id, 'done', 120_000);

  expect(task).toMatchObject({ conversation, attempts: 2, session: 'ccl-auto-11' });
  expect(heard.with('count slowly')).toHaveLength(1);
  expect(heard.with(id)).toHaveLength(2);
  expect(task.history.filter(({ event }) => event === 'completed')).toHaveLength(1);
  await run.logged('task.completed', { task: id });
  expect(run.log.filter(({ event }) => event === 'task.completed')).toHaveLength(1);
});

test('a task whose agent asks for permission waits and is shown; we never answer; a person does, and it goes on', async () => {
  const pool = await makeRealClientPool(1);
  const desk = taskDesk(pool);
  const file = join(pool.dir, 'work', 'asked-for.txt');
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'tool_write', options: { file } });
  const run = await pool.start();
  const id = await desk.add('write the file');
  await run.logged('task.waiting', { task: id });
  await pool.sessionIs('ccl-auto-11', 'working.waiting');
  expect(await pool.session('ccl-auto-11')).toMatchObject({ task: id });

  // Longer than a reconcile's round: whoever would answer has had the time.
  await new Promise((resolve) => setTimeout(resolve, 17_000));
  expect(await desk.show(id)).toMatchObject({ state: 'running' });
  expect(await pool.session('ccl-auto-11')).toMatchObject({ substate: 'waiting', task: id });
  expect(existsSync(file)).toBe(false);

  const operator = await attachOperator(pool, 'ccl-auto-11');
  operator.press('1');

  await desk.is(id, 'done');
  expect(existsSync(file)).toBe(true);
  expect(run.log.filter(({ event }) => event === 'session.asked')).toHaveLength(1);
});

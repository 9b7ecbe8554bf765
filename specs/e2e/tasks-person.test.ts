import { expect, jest, test } from '@jest/globals';
import { attachOperator } from '../harness/attached-operator.ts';
import { noteReceivedBytes, type ReceivedBytes } from '../harness/received-bytes.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { makeTestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

test('while a person types in a session no byte of ours reaches it, and the task goes to another one', async () => {
  const received = noteReceivedBytes();
  const pool = makeTestPool({ max: 2, config: { agent: agentWith(received.env) } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  const [mine] = await pool.allAre('idle.ready');
  const operator = await attachOperator(pool, 'ccl-auto-11');
  const typed = 'half a thought';
  operator.press(typed);
  await hasKeys(received, typed);

  const ids = [];
  for (let n = 0; n < 4; n++) {
    ids.push(await desk.add(`task ${n}`));
    operator.press('.');
  }
  const tasks = await desk.allEnd(ids, 60_000);

  expect(tasks.map(({ state, session }) => [state, session])).toEqual(
    ids.map(() => ['done', 'ccl-auto-12']),
  );
  await hasKeys(received, `${typed}....`);
  expect(await pool.session('ccl-auto-11')).toMatchObject({
    pid: mine?.pid,
    conversation: mine?.conversation,
    substate: 'ready',
  });
  const given = run.log.filter(({ event }) => event === 'task.dispatched');
  expect(new Set(given.map(({ session }) => session))).toEqual(new Set(['ccl-auto-12']));
});

test('a task waits for the person when there is no other session, and is done when they have left', async () => {
  const received = noteReceivedBytes();
  const pool = makeTestPool({ max: 1, config: { agent: agentWith(received.env) } });
  const desk = taskDesk(pool);
  await pool.start();
  await pool.allAre('idle.ready');
  const operator = await attachOperator(pool, 'ccl-auto-11');
  operator.press('thinking');
  await hasKeys(received, 'thinking');
  const id = await desk.add('a task');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  expect(await desk.show(id)).toMatchObject({ state: 'queued' });
  expect(keysIn(received.in('ccl-auto-11'))).toBe('thinking');

  await operator.detach();

  await desk.is(id, 'done', 90_000);
});

function agentWith(env: Readonly<Record<string, string>>) {
  return { env };
}

/** Waits until the agent there has got as many keys: they are these, and no others. */
async function hasKeys(received: ReceivedBytes, keys: string): Promise<void> {
  const got = () => keysIn(received.in('ccl-auto-11'));
  await until(() => got().length >= keys.length, { withinMs: 10_000, what: `"${keys}" to arrive` });
  expect(got()).toBe(keys);
}

/** Without what the terminal itself answers (its size, its focus, what it can do). */
function keysIn(bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin so.
  return bytes.replaceAll(/\x1b\[[0-9;?>=]*[a-zA-Z]/g, '');
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { attachOperator } from '../harness/attached-operator.ts';
import { makeRealClientPool, promptsIn } from '../harness/real-client-pool.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(240_000);

test('two sessions on two prepared accounts come up unattended; a person types a prompt, and a turn runs and ends', async () => {
  const pool = await makeRealClientPool(2);
  const run = await pool.start();
  const [first, second] = await pool.allAre('idle.ready', 90_000);
  expect([first?.account, second?.account]).toEqual(['compte1', 'compte2']);

  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'slow', options: { slowMs: 4000 } });
  const operator = await attachOperator(pool, 'ccl-auto-11');
  await operator.submit('please count slowly');
  await pool.sessionIs('ccl-auto-11', 'working.running');
  expect(await pool.session('ccl-auto-12')).toEqual(second);
  const done = await pool.sessionIs('ccl-auto-11', 'idle.ready', 60_000);

  expect(done).toMatchObject({ conversation: first?.conversation, pid: first?.pid, restarts: 0 });
  expect(promptsIn(pool.transcript(done.conversation ?? ''))).toContain('please count slowly');
  expect(run.log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
});

test('a permission dialog shows as working.waiting and is never answered by us', async () => {
  const pool = await makeRealClientPool(1);
  const file = join(pool.dir, 'work', 'asked-for.txt');
  await pool.start();
  await pool.allAre('idle.ready', 90_000);
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'tool_write', options: { file } });
  const operator = await attachOperator(pool, 'ccl-auto-11');
  await operator.submit('write the file');
  await pool.sessionIs('ccl-auto-11', 'working.waiting', 60_000);

  // Longer than a reconcile's round: whoever would answer has had the time.
  await new Promise((resolve) => setTimeout(resolve, 17_000));
  expect(await pool.session('ccl-auto-11')).toMatchObject({
    state: 'working',
    substate: 'waiting',
  });
  expect(existsSync(file)).toBe(false);

  operator.press('1');
  await pool.sessionIs('ccl-auto-11', 'idle.ready', 60_000);
  expect(existsSync(file)).toBe(true);
});

test('a client killed in the middle of a turn is noticed, recorded and recreated in the same conversation with its whole history', async () => {
  const pool = await makeRealClientPool(1);
  const run = await pool.start();
  await pool.allAre('idle.ready', 90_000);
  // Slow enough for the turn to be seen.
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'slow', options: { slowMs: 1500 } });
  const operator = await attachOperator(pool, 'ccl-auto-11');
  await operator.submit('first question');
  await pool.sessionIs('ccl-auto-11', 'working');
  const before = await pool.sessionIs('ccl-auto-11', 'idle.ready', 60_000);
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'slow', options: { slowMs: 30_000 } });
  await operator.submit('second question');
  await pool.sessionIs('ccl-auto-11', 'working.running');

  // The client says busy before it has written the prompt down: only then is it in the middle.
  await until(() => promptsIn(pool.transcript(before.conversation ?? '')).length === 2, {
    withinMs: 20_000,
    what: 'the second question to be in the transcript',
  });
  sendSignal(before.pid);
  const crash = await run.logged('session.crashed', { pid: before.pid });
  const back = await pool.sessionIs('ccl-auto-11', 'idle.ready', 90_000);

  expect(crash).toMatchObject({ cause: { kind: 'signal', signal: 9 }, attempt: 1 });
  expect(back).toMatchObject({ conversation: before.conversation, restarts: 1 });
  expect(Date.parse(back.crashedAt ?? '')).not.toBeNaN();
  expect(back.pid).not.toBe(before.pid);

  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'slow', options: { slowMs: 1500 } });
  await operator.submit('third question');
  await pool.sessionIs('ccl-auto-11', 'working');
  await pool.sessionIs('ccl-auto-11', 'idle.ready', 60_000);
  const prompts = promptsIn(pool.transcript(back.conversation ?? ''));
  expect(prompts).toEqual(
    expect.arrayContaining(['first question', 'second question', 'third question']),
  );
  expect(prompts.filter((prompt) => prompt === 'second question')).toHaveLength(1);

  // The model has the whole history before it, too: what was sent last holds every question, once.
  const sent = pool.stub.requests.findLast(({ isMain }) => isMain)?.userTexts.join('\n') ?? '';
  expect(sent.match(/(first|second|third) question/g)).toEqual([
    'first question',
    'second question',
    'third question',
  ]);
});

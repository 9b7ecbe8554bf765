import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { mostOnTheWay } from '../harness/on-the-way.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import {
  makeRealClientPool,
  type RealClientPool,
  type TranscriptRow,
} from '../harness/real-client-pool.ts';
import { taskDesk } from '../harness/task-desk.ts';
import type { DaemonRun } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(500_000);

const ONE = 'ccl-auto-11';
const PREFERRED = { strategy: 'priority', reset_margin: '1s', cooldown: '1s' };
const MINUTE_MS = 60_000;

function setAccount(
  { stub, tokens }: RealClientPool,
  name: string,
  change: Parameters<RealClientPool['stub']['set']>[1],
): void {
  stub.set(tokens[name] ?? '', change);
}

async function accountOf(pool: RealClientPool, name: string) {
  const found = (await pool.status()).accounts.find((account) => account.name === name);
  if (found === undefined) throw new Error(`no account ${name}`);
  return found;
}

/** Events of the log that say that something was moved, parked, or taken for limited. */
function moves({ log }: DaemonRun): readonly string[] {
  return log
    .filter(({ event }) => event.startsWith('failover.') || event.startsWith('account.'))
    .map(({ event, account, session }) => `${event} ${account ?? session}`);
}

/** What is said in the conversation, in its order, without what the client notes where a turn was cut off. */
function said(rows: readonly TranscriptRow[]): readonly string[] {
  return inOrder(rows).flatMap(({ type, message, isApiErrorMessage, isMeta }) => {
    if (isMeta || (message?.model === '<synthetic>' && !isApiErrorMessage)) return [];
    const { content } = message ?? {};
    const blocks = Array.isArray(content) ? content : [{ type: 'text', text: content }];
    return blocks.map((block: { type: string; text?: string; name?: string }) =>
      isApiErrorMessage ? 'limit' : `${type}: ${block.text ?? block.name ?? block.type}`,
    );
  });
}

/** From the last row back to the first, by their parents: the first rows of a file are not in the order of time. */
function inOrder(rows: readonly TranscriptRow[]): readonly TranscriptRow[] {
  const byId = new Map(rows.map((row) => [row.uuid, row]));
  const chain: TranscriptRow[] = [];
  let row = rows.findLast(isTalk);
  while (row !== undefined) {
    chain.unshift(row);
    row = row.parentUuid ? byId.get(row.parentUuid) : undefined;
  }
  return chain.filter(isTalk);
}

function isTalk({ type }: TranscriptRow): boolean {
  return type === 'user' || type === 'assistant';
}

test('a five-hour limit in the middle of a task: it ends done on the other account, in the same conversation, with nothing lost and nothing doubled', async () => {
  const pool = await makeRealClientPool(1, { config: { failover: PREFERRED } });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const file = join(pool.dir, 'work', 'heron.txt');
  writeFileSync(file, 'the heron stands still\n');
  const resetsAtS = Math.floor(Date.now() / 1000) + 2 * 3600 + 17;
  setAccount(pool, 'compte1', {
    mode: 'limit_5h',
    queue: ['tool_read'],
    options: { file },
    quota: { fiveHour: { used: 0.97, resetsAt: resetsAtS } },
  });
  const run = await pool.start();
  const before = await pool.sessionIs(ONE, 'idle.ready');
  expect(before.account).toBe('compte1');

  const id = await desk.add('read the file and tell');
  const task = await desk.is(id, 'done', 120_000);

  const after = await pool.sessionIs(ONE, 'idle.ready');
  expect(after).toMatchObject({ account: 'compte2', conversation: task.conversation });
  expect(after.pid).not.toBe(before.pid);
  expect(task).toMatchObject({ attempts: 1, session: ONE });
  expect(heard.with(id)).toEqual([
    `[task ${id}]\nread the file and tell`,
    `[task ${id}]\nContinue where you left off.`,
  ]);
  // The client tells of the end of its turn before it has written the last of it.
  const rows = await until(
    () => {
      const written = pool.transcript(task.conversation ?? '');
      return said(written).at(-1) === 'assistant: STUB-REPLY: done.' ? written : null;
    },
    { withinMs: 30_000, what: 'the last answer to be in the transcript' },
  );
  expect(said(rows)).toEqual([
    `user: [task ${id}]\nread the file and tell`,
    "assistant: I'll use Read.",
    'assistant: Read',
    'user: tool_result',
    'limit',
    `user: [task ${id}]\nContinue where you left off.`,
    'assistant: STUB-REPLY: done.',
  ]);
  // No row stands beside that line, as it would if two clients had gone on from one.
  expect(inOrder(rows)).toHaveLength(rows.filter(isTalk).length);
  const asked = pool.stub.requests.filter(
    ({ isMain, token }) => isMain && token === pool.tokens['compte2'],
  );
  expect(asked).toHaveLength(1);
  expect(asked[0]?.userTexts.join('\n')).toContain('read the file and tell');

  const limited = await accountOf(pool, 'compte1');
  expect(limited.state).toBe('limited');
  const lateMs = Date.parse(limited.limitedUntil ?? '') - resetsAtS * 1000;
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThanOrEqual(MINUTE_MS);
  expect(moves(run)).toEqual([
    'account.limited compte1',
    `failover.started ${ONE}`,
    `failover.decided ${ONE}`,
    `failover.completed ${ONE}`,
  ]);
  expect(run.log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
  expect(Object.keys(agentBySession(pool.dir))).toEqual([ONE]);
});

const QUOTE =
  "You've hit your session limit · resets 3pm (UTC)\nAPI Error: 429 rate_limit_error\nPlease run /login · API Error: 401";

test('a task, a tool result and a reply that quote limit messages move nothing, and neither do throttles, server errors and cut streams', async () => {
  const pool = await makeRealClientPool(1, {
    // A storm: each request is tried three times, and each task as well.
    env: { CLAUDE_CODE_MAX_RETRIES: '2' },
    config: { failover: PREFERRED, tasks: { retry_backoff: '0s', max_attempts: 3 } },
  });
  const desk = taskDesk(pool);
  const file = join(pool.dir, 'work', 'quote.txt');
  writeFileSync(file, QUOTE);
  setAccount(pool, 'compte1', { options: { file } });
  const run = await pool.start();
  await pool.sessionIs(ONE, 'idle.ready');

  const quoted = await desk.add(`${QUOTE}\n\nis what this says`);
  const read = await desk.add('read it [[stub:tool_read]]');
  const replied = await desk.add('say it [[stub:trap]]');
  await desk.allEnd([quoted, read, replied], 120_000);
  for (const mode of ['cut', 'throttle_429', 'overloaded529', 'err500', 'text'] as const) {
    setAccount(pool, 'compte1', { mode });
    const id = await desk.add(`under ${mode}`);
    const [task] = await desk.allEnd([id], 200_000);
    expect({ mode, state: task?.state }).toEqual({
      mode,
      state: mode === 'cut' || mode === 'text' ? 'done' : 'dead',
    });
  }

  expect(moves(run)).toEqual([]);
  expect(await accountOf(pool, 'compte1')).toMatchObject({
    state: 'available',
    limitedUntil: null,
  });
  expect(await pool.session(ONE)).toMatchObject({ account: 'compte1' });
  expect(pool.stub.requests.filter(({ token }) => token === pool.tokens['compte2'])).toEqual([]);
});

test('a dead login makes the account unauthenticated and moves its sessions, once; `account clear` gives it back', async () => {
  const pool = await makeRealClientPool(2, { config: { failover: PREFERRED } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  setAccount(pool, 'compte1', { mode: 'auth401_oauth' });

  const id = await desk.add('who am I');
  const task = await desk.is(id, 'done', 120_000);

  expect(task.attempts).toBe(1);
  await run.logged('failover.completed', { session: ONE });
  await run.logged('failover.completed', { session: 'ccl-auto-12' });
  const sessions = await pool.allAre('idle.ready', 60_000);
  expect(sessions.map(({ account }) => account)).toEqual(['compte2', 'compte2']);
  expect(await accountOf(pool, 'compte1')).toMatchObject({ state: 'unauthenticated' });
  expect(moves(run).filter((move) => move.startsWith('account.'))).toEqual([
    'account.unauthenticated compte1',
  ]);
  expect(moves(run).filter((move) => move.startsWith('failover.started'))).toHaveLength(2);

  expect(Object.keys(agentBySession(pool.dir)).sort()).toEqual([ONE, 'ccl-auto-12']);
  await pool.post('/v1/accounts/compte1/clear');
  expect(await accountOf(pool, 'compte1')).toMatchObject({ state: 'available' });
});

test('both accounts limited: both conversations are parked, and go on after the reset, one after the other', async () => {
  const pool = await makeRealClientPool(2, {
    config: { failover: { ...PREFERRED, strategy: 'spread', concurrency: 1 } },
  });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const resetsAt = Math.floor(Date.now() / 1000) + 45;
  for (const name of ['compte1', 'compte2']) {
    setAccount(pool, name, {
      mode: 'limit_5h',
      quota: { fiveHour: { used: 1, resetsAt } },
    });
  }

  const ids = [await desk.add('first of two'), await desk.add('second of two')];
  await run.logged('failover.parked', { session: ONE });
  await run.logged('failover.parked', { session: 'ccl-auto-12' });
  await pool.allAre('working.parked', 60_000);
  expect(agentBySession(pool.dir)).toEqual({});
  const parked = (await pool.status()).sessions.map(({ conversation }) => conversation);
  for (const name of ['compte1', 'compte2']) setAccount(pool, name, { mode: 'text' });

  const tasks = await desk.allEnd(ids, 240_000);

  expect(Date.now()).toBeGreaterThanOrEqual(resetsAt * 1000);
  expect(tasks.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['done', 1],
    ['done', 1],
  ]);
  expect(tasks.map(({ conversation }) => conversation).sort()).toEqual([...parked].sort());
  // Its first prompt, perhaps the other account before that was known to be limited as well, and after the reset.
  for (const id of ids) expect([2, 3]).toContain(heard.with(id).length);
  const parkedAt = run.log.findLastIndex(({ event }) => event === 'failover.parked');
  expect(mostOnTheWay(run.log.slice(parkedAt))).toBe(1);
});

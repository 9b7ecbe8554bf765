import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttachedOperator, attachOperator } from './attached-operator.ts';
import { accountShown, standingOf } from './matrix-moves.ts';
import { type Played, recordedOf, toldOf } from './matrix-played.ts';
import type { MatrixPool } from './matrix-pool.ts';
import type { MatrixRow } from './matrix-rows.ts';
import { WAYS } from './matrix-ways.ts';
import { until } from './until.ts';

/** Several rounds of the pool's reconciles: whoever would answer has had the time. */
const LONG_ENOUGH_MS = 5000;
const ESCAPE = '\u001b';

/** A task whose agent waits for a person, who comes when everything was looked at and picks the first answer. */
export async function playQuestion(pool: MatrixPool, row: MatrixRow): Promise<Played> {
  const { id, session, since } = await give(pool, row);
  await pool.run.logged('task.waiting', { task: id });
  const asked = requestsOf(pool, id);
  await sleep(LONG_ENOUGH_MS);
  const played = await waitingFor(pool, row, { id, session, since });
  const isAnswered = requestsOf(pool, id) > asked || hasRun(pool, row);
  const operator = await attachOperator(pool, session);
  operator.press('1');
  const { state } = await pool.desk.is(id, 'done');
  await operator.detach();
  // Else it would not show that nobody has answered.
  if (requestsOf(pool, id) === asked) throw new Error('an answer makes no request');
  return isAnswered ? { ...played, task: `was answered and is ${state}` } : played;
}

/** The row beside it has no such tool, and may look when this one was answered. */
function hasRun({ dir }: MatrixPool, { mode }: MatrixRow): boolean {
  return mode === 'tool_bash' && existsSync(join(dir, 'work/stub-touched'));
}

/** A task that a person interrupts in the middle of the answer, and leaves. */
export async function playEscape(pool: MatrixPool, row: MatrixRow): Promise<Played> {
  const { id, session, since } = await give(pool, row);
  const operator = await attachOperator(pool, session);
  await isAnswering(operator);
  operator.press(ESCAPE);
  await pool.run.logged('task.waiting', { task: id });
  await operator.detach();
  await sleep(LONG_ENOUGH_MS);
  return waitingFor(pool, row, { id, session, since });
}

interface Given {
  readonly id: string;
  readonly session: string;
  /** The line of the log at which it began. */
  readonly since: number;
}

async function give(pool: MatrixPool, { name, mode }: MatrixRow): Promise<Given> {
  const since = pool.run.log.length;
  const id = await pool.desk.add(`${name} [[stub:${mode}]]`);
  const { session } = await pool.run.logged('task.confirmed', { task: id });
  return { id, session: `${session}`, since };
}

/** The arrow beside the count of tokens: it is answering. */
function isAnswering(operator: AttachedOperator): Promise<unknown> {
  return until(() => operator.screen().includes('↓'), {
    withinMs: 30_000,
    what: 'the answer on the screen',
  });
}

async function waitingFor(
  pool: MatrixPool,
  row: MatrixRow,
  { id, session: name, since }: Given,
): Promise<Played> {
  const session = await pool.session(name);
  const task = await pool.desk.show(id);
  const isWaiting = session.state === 'working' && session.substate === 'waiting';
  return {
    account: standingOf(await accountShown(pool, session.account ?? '')),
    session: isWaiting ? '`waiting`' : `${session.state}.${session.substate}`,
    task: task.state === 'running' && session.task === id ? WAYS.asks.task : `is ${task.state}`,
    // Its hook and its status tell of the question; either may be first.
    logged: toldOf(pool, since, id).toSorted(),
    recorded: await recordedOf(pool, row, task),
  };
}

/** How often the model was asked for this task: an answered tool makes one more. */
function requestsOf({ stub }: MatrixPool, id: string): number {
  return stub.requests.filter(
    ({ isMain, userTexts }) => isMain && userTexts.some((text) => text.includes(id)),
  ).length;
}

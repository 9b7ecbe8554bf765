import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountShown, endOf, standingOf, taskEnds } from './matrix-moves.ts';
import { type Played, recordedOf, type Told, toldOf } from './matrix-played.ts';
import type { MatrixPool } from './matrix-pool.ts';
import type { MatrixRow } from './matrix-rows.ts';

/** What a task, a file, a tool's output may say, and none of it is believed. */
const QUOTES = [
  "You've hit your session limit · resets 3pm (UTC)",
  'API Error: 429 rate_limit_error',
  'API Error: 400 You have reached your specified API usage limits.',
  'Please run /login · API Error: 401',
  'Your ANTHROPIC_API_KEY belongs to a disabled organization',
].join('\n');

/** A file of the pool that quotes them, which the mode `tool_read` has read. */
export function quotingFile(pool: MatrixPool): string {
  const file = join(pool.dir, 'work', 'quotes.txt');
  writeFileSync(file, QUOTES);
  return file;
}

/**
 * A task for each row that brings its own answer with it, so that all are played at the same time in sessions
 * of one account, which must stay their account.
 */
export async function playTogether(
  pool: MatrixPool,
  rows: readonly MatrixRow[],
  told: Told,
): Promise<void> {
  const since = pool.run.log.length;
  const given: { readonly row: MatrixRow; readonly id: string }[] = [];
  for (const row of rows) given.push({ row, id: await pool.desk.add(textOf(row)) });
  for (const { id } of given) await taskEnds(pool, id).catch(() => {});
  for (const { row, id } of given) await told(row, judged(pool, row, { id, since }));
}

function textOf({ name, mode }: MatrixRow): string {
  const quotes = mode === 'tool_read' ? `${QUOTES}\n` : '';
  return `${quotes}${name} [[stub:${mode}]]`;
}

async function judged(
  pool: MatrixPool,
  row: MatrixRow,
  { id, since }: { readonly id: string; readonly since: number },
): Promise<Played> {
  const task = await pool.desk.show(id);
  const { sessions } = await pool.status();
  const isElsewhere = sessions.some(({ account }) => account !== 'compte1');
  return {
    account: standingOf(await accountShown(pool, 'compte1')),
    session: isElsewhere ? 'moves' : 'stays',
    task: endOf(task),
    logged: toldOf(pool, since, id),
    recorded: await recordedOf(pool, row, task),
  };
}

/** The same while nobody listens where the API should be. */
export async function playRefused(
  pool: MatrixPool,
  rows: readonly MatrixRow[],
  told: Told,
): Promise<void> {
  await pool.stub.refuse();
  try {
    await playTogether(pool, rows, told);
  } finally {
    await pool.stub.accept();
  }
}

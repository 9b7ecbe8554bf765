import type { MatrixPool } from './matrix-pool.ts';
import type { MatrixRow } from './matrix-rows.ts';
import { TOLD_EVENTS, WAYS } from './matrix-ways.ts';
import type { TranscriptRow } from './real-client-pool.ts';
import { endScope } from './scope.ts';
import type { ShownTask } from './task-desk.ts';
import { until } from './until.ts';

/** What became of one row. */
export interface Played {
  readonly account: string;
  readonly session: string;
  readonly task: string;
  readonly logged: readonly string[];
  /** How the client's record begins, as far as the row says. */
  readonly recorded: string | null;
}

/** What is to become of the row. */
export function expectedOf({ way, window, records }: MatrixRow): Played {
  const isTriedAgain = way === 'again';
  const { account, session, task, logged } = WAYS[way];
  return {
    account: window === undefined ? account : `${account} (\`${window}\`)`,
    session,
    task: isTriedAgain ? 'is dead after 2 attempts' : task,
    // Tried again and failed again is as much as it may.
    logged: isTriedAgain ? [...logged, 'task.died'] : logged,
    recorded: records === null ? null : `${records.error}: ${records.says}`,
  };
}

/** Of the log from its line `since` on: what rows are judged by, with the task's own events only. */
export function toldOf({ run }: MatrixPool, since: number, task: string): readonly string[] {
  return run.log
    .slice(since)
    .filter((line) => TOLD_EVENTS.has(line.event))
    .filter((line) => line['task'] === undefined || line['task'] === task)
    .map(({ event }) => event);
}

/**
 * The first error that the client has recorded in the task's conversation, as far as the row says.
 * It tells its hook of a failure before it writes the row.
 */
export async function recordedOf(
  pool: MatrixPool,
  row: MatrixRow,
  task: ShownTask,
): Promise<string | null> {
  const recorded = () => {
    const rows: readonly ErrorRow[] = pool.transcript(task.conversation ?? '');
    return rows.find(({ isApiErrorMessage }) => isApiErrorMessage === true);
  };
  const told = row.records === null ? recorded() : await patiently(recorded);
  return told === undefined ? null : beginOf(row, `${told.error}: ${textOf(told)}`);
}

/** What never comes is told by the row that misses it. */
function patiently(recorded: () => ErrorRow | undefined): Promise<ErrorRow | undefined> {
  return until(recorded, { withinMs: 10_000, what: 'the recorded error' }).catch(() => undefined);
}

/** As much of what was recorded as the row says of it. */
export function beginOf({ records }: MatrixRow, told: string): string {
  return records === null ? told : told.slice(0, `${records.error}: ${records.says}`.length);
}

interface ErrorRow extends TranscriptRow {
  readonly error?: string;
}

function textOf({ message }: ErrorRow): string {
  const [block] = (message?.content ?? []) as readonly { readonly text?: string }[];
  return block?.text ?? '';
}

/** What was played of each row, by its name: one that could not be played is told as its own failure. */
export type AllPlayed = ReadonlyMap<string, Played | string>;

/** Plays rows in a pool, and ends all that was made for it. */
export async function playAll(
  open: () => Promise<MatrixPool>,
  play: (pool: MatrixPool, told: Told) => Promise<void>,
): Promise<AllPlayed> {
  const played = new Map<string, Played | string>();
  const told: Told = async ({ name }, playing) => {
    played.set(name, await playing.catch((failure) => `${failure}`));
  };
  try {
    await play(await open(), told);
  } finally {
    await endScope('file');
  }
  return played;
}

/** Notes what is played of a row. */
export type Told = (row: MatrixRow, playing: Promise<Played>) => Promise<void>;

/** One after the other, so that each finds the pool as the one before has left it. */
export function playInTurn(
  rows: readonly MatrixRow[],
  open: () => Promise<MatrixPool>,
  play: (pool: MatrixPool, row: MatrixRow) => Promise<Played>,
): Promise<AllPlayed> {
  return playAll(open, async (pool, told) => {
    for (const row of rows) await told(row, play(pool, row));
  });
}

import type { AccountDetail } from '../../supervisor/status-report.ts';
import { beginOf, type Played, recordedOf, toldOf } from './matrix-played.ts';
import type { MatrixPool } from './matrix-pool.ts';
import type { MatrixRow } from './matrix-rows.ts';
import { WAYS } from './matrix-ways.ts';
import { runCli } from './run-cli.ts';
import type { ShownTask } from './task-desk.ts';
import type { LogLine } from './test-pool.ts';
import { until } from './until.ts';

const ONE = 'ccl-auto-11';
const MINUTE_MS = 60_000;

/**
 * A task in the only session, whose account answers as the row says until the task has ended. The account
 * is in good standing again afterwards, so that the next row can move the session back.
 */
export async function playOnAccount(pool: MatrixPool, row: MatrixRow): Promise<Played> {
  const { account } = await pool.sessionIs(ONE, 'idle.ready', 60_000);
  const from = account ?? '';
  const resetsAt = setMode(pool, from, row.mode);
  const since = pool.run.log.length;
  const id = await pool.desk.add(row.name);
  try {
    await taskEnds(pool, id);
    const after = await pool.sessionIs(ONE, 'idle.ready', 60_000);
    const task = await pool.desk.show(id);
    const account = await accountShown(pool, from);
    const isMoved = after.account !== from;
    const end = endOf(task);
    return {
      account: standingOf(account, resetsAt),
      session: isMoved ? 'moves' : 'stays',
      task: isMoved && end === WAYS.done.task ? WAYS.limit.task : end,
      logged: toldOf(pool, since, id),
      // An agent that is ended at once may not have written the row that its hook has told of.
      recorded: believedOf(row, account) ?? (await recordedOf(pool, row, task)),
    };
  } finally {
    setMode(pool, from, 'text');
    await pool.post(`/v1/accounts/${from}/clear`);
  }
}

/** Other seconds than those of other windows: what is believed of a reset must be of this one. */
function setMode(pool: MatrixPool, account: string, mode: string): number {
  const afterS = mode === 'limit_5h' ? 2 * 3600 + 17 : 50 * 3600 + 17;
  const resetsAt = Math.floor(Date.now() / 1000) + afterS;
  const window = { resetsAt, used: 0.34 };
  const quota = mode === 'limit_5h' ? { fiveHour: window } : { sevenDay: window };
  pool.stub.set(pool.tokens[account] ?? '', { mode, quota });
  return resetsAt * 1000;
}

/** What the account is now, in the words of the matrix. */
export function standingOf(account: AccountDetail, resetsAt = 0): string {
  const { state, window, limitedUntil } = account;
  if (state === 'available') return WAYS.done.account;
  if (state === 'unauthenticated') return WAYS.login.account;
  const lateMs = Date.parse(limitedUntil ?? '') - resetsAt;
  const isAtReset = lateMs >= 0 && lateMs <= MINUTE_MS;
  return isAtReset ? `${WAYS.limit.account} (\`${window}\`)` : `${state} until ${limitedUntil}`;
}

/** By `account show`, as an operator would ask. */
export function accountShown({ file, env }: MatrixPool, name: string): Promise<AccountDetail> {
  const show = async (): Promise<AccountDetail> => {
    const run = await runCli(['account', 'show', name, '--json', '--config', file], { env });
    if (run.code !== 0) throw new Error(`${run.code} ${run.stderr}`);
    return JSON.parse(run.stdout);
  };
  // On a machine with many starting clients the daemon may be called silent.
  return until(show, { withinMs: 10_000, what: `account show ${name}` });
}

/** Until the log says so: whoever asked the command line again and again would take the time of the clients. */
export async function taskEnds({ run }: MatrixPool, id: string): Promise<void> {
  const isEnd = (line: LogLine) =>
    (line.event === 'task.completed' || line.event === 'task.died') && line['task'] === id;
  await until(() => run.log.find(isEnd), { withinMs: 120_000, what: `${id} to end` });
}

/** What led to what the account is now; null = it is as it was. */
function believedOf(row: MatrixRow, { evidence }: AccountDetail): string | null {
  return evidence && beginOf(row, `${evidence.error}: ${evidence.message}`);
}

/** How the task has ended, in the words of the matrix. */
export function endOf({ state, attempts }: ShownTask): string {
  if (state === 'done' && attempts === 1) return WAYS.done.task;
  return `is ${state} after ${attempts} attempts`;
}

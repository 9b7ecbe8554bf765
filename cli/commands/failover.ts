import type { FailoverMove, FailoverWish } from '../../supervisor/status-report.ts';
import { requireDaemon } from '../control-client.ts';
import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { moveTable } from '../format/move-table.ts';
import { requireAccounts } from '../named-account.ts';
import { requireSupervised } from '../named-session.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface FailoverOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  /** Empty: every session that is to leave. */
  readonly sessions: readonly string[];
  readonly json?: boolean;
}

/**
 * Moves sessions to another account with their conversations, or only says which would go where. What
 * is under way is not waited for: `status` shows it. Throws `NOT_FOUND`, `ACCOUNT_UNAVAILABLE` for a
 * target that cannot be used, and `DAEMON_DOWN`.
 */
export async function failover(world: CliWorld, options: FailoverOptions): Promise<number> {
  const reach = await reachDaemon(world, options);
  const { place, config } = reach;
  const { from = null, to = null, sessions, dryRun = false } = options;
  await requireSupervised(reach, sessions);
  const accounts = [from, to].filter((name) => name !== null);
  if (config !== null && accounts.length > 0) requireAccounts(config, accounts);
  const body: FailoverWish = { from, to, sessions, dryRun };
  const question = { method: 'POST', path: '/v1/failover', body } as const;
  const answer = (await requireDaemon(place, question)) as Answer;
  if (options.json) world.terminal.print(JSON.stringify(answer));
  else tell(world, answer, options);
  return EXIT.OK;
}

interface Answer {
  readonly v: 1;
  readonly moves: readonly FailoverMove[];
}

function tell(world: CliWorld, { moves }: Answer, options: FailoverOptions): void {
  const { terminal } = world;
  if (moves.length > 0) terminal.print(moveTable(moves, pageStyleOf(world, options)));
  terminal.say(summary(moves, options.dryRun === true));
}

function summary(moves: readonly FailoverMove[], isDryRun: boolean): string {
  const count = moves.filter(({ action }) => action !== 'none').length;
  if (count === 0) return 'There is nothing to move.';
  const what = count === 1 ? '1 session' : `${count} sessions`;
  return isDryRun
    ? `A dry run: ${what} would move, and nothing was done.`
    : `${what} to be moved; to see it: claude-failover status --watch`;
}

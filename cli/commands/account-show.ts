import { FailoverError } from '../../config/errors.ts';
import type { Account, Config } from '../../config/types.ts';
import type { AccountDetail, SessionReport, StatusReport } from '../../supervisor/status-report.ts';
import { askAccount } from '../account-detail.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { type AccountShown, accountText } from '../format/account-text.ts';
import { failoverOf } from '../format/failover-words.ts';
import { requireAccount } from '../named-account.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface AccountShowOptions extends CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** One account: its state, what led to it, its usage, who is on it, and what happened to it. */
export async function accountShow(world: CliWorld, options: AccountShowOptions): Promise<number> {
  const config = requireConfig(world, options);
  const account = requireAccount(config, options.name);
  const report = await poolStatus(world, { place: config, config });
  const isStored = report.daemon.state === 'down';
  const detail = await accountDetail(world, { config, isStored }, account.name);
  const moves = report.sessions.flatMap((session) => moveOf(session, account));
  const sessions = on(account, report);
  const shown: AccountShown = { ...detail, ...ofConfig(account), sessions, moves };
  const marginMs = config.failover.resetMarginMs;
  world.terminal.print(
    options.json
      ? JSON.stringify(shown)
      : accountText(shown, { ...pageStyleOf(world, options), isStored, marginMs }),
  );
  return EXIT.OK;
}

interface Asked {
  readonly config: Config;
  /** No daemon runs. */
  readonly isStored: boolean;
}

function ofConfig({ home, priority }: Account): Pick<AccountShown, 'home' | 'priority'> {
  return { home, priority };
}

/** Those whose agent is, or was last, on it. */
function on({ name }: Account, { sessions }: StatusReport): readonly string[] {
  return sessions.filter(({ account }) => account === name).map((session) => session.name);
}

/** Whether it is about to leave this account, or to come to it. */
function moveOf(session: SessionReport, { name }: Account): AccountShown['moves'] {
  const failover = failoverOf(session);
  if (failover === null || (failover.from !== name && failover.to !== name)) return [];
  return [{ session: session.name, ...failover }];
}

/** The daemon's own words, or what the store remembers when none runs. */
async function accountDetail(
  world: CliWorld,
  { config, isStored }: Asked,
  name: string,
): Promise<AccountDetail> {
  if (!isStored) return await askAccount(config, name);
  const { storedAccount } = await import('../../supervisor/compose-facts.ts');
  const detail = await storedAccount({ config, world }, name);
  if (detail !== null) return detail;
  throw new FailoverError('NOT_FOUND', `nothing is known of an account ${name}`, { name });
}

/** What the command line does to account homes: the operator's explicit tools, never the daemon's. */
import { applyLinks, type LinkOutcome } from '../actors/account/apply-links.ts';
import { describeStep } from '../actors/account/describe-step.ts';
import { type LinkStep, planLinks } from '../actors/account/plan-links.ts';
import { type Prepared, prepareAccount } from '../actors/account/prepare.ts';
import { identify } from '../actors/process/identity.ts';
import type { Account, Config } from '../config/types.ts';

export type { LinkOutcome, LinkStep, Prepared };
export { applyLinks, describeStep, planLinks };

/** Pre-answers the client's first questions in one home; `trust` comes on top of the pool's own directories. */
export async function prepareForPool(
  account: Account,
  { config, trust }: { readonly config: Config; readonly trust: readonly string[] },
): Promise<Prepared> {
  const { autonomous, dedicated } = config.pool;
  const ours = [autonomous.workdir, ...dedicated.map(({ project }) => project)];
  return await prepareAccount(
    {
      account,
      permissionMode: config.agent.permissionMode,
      trust: [...new Set([...ours, ...trust])],
    },
    { identify },
  );
}

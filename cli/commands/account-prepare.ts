import { resolve } from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import { printable } from '../../config/printable.ts';
import { shellWord } from '../../config/shell-word.ts';
import type { Account, Config } from '../../config/types.ts';
import { missingDirectories, workingDirectories } from '../../config/working-directories.ts';
import type { Prepared } from '../../supervisor/compose-accounts.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { requireAccounts } from '../named-account.ts';
import { reportError } from '../report-error.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface PrepareOptions extends CommonOptions {
  /** Empty: every account. */
  readonly names: readonly string[];
  /** Directories to be trusted beside those of the pool. */
  readonly trust?: readonly string[];
}

/**
 * Answers beforehand what the client would ask at its first start in each account home. A home that
 * is refused (an agent runs on it) is left as it is and the others are prepared all the same.
 */
export async function accountPrepare(world: CliWorld, options: PrepareOptions): Promise<number> {
  const config = requireConfig(world, options);
  const trust = (options.trust ?? []).map((directory) => resolve(directory));
  const accounts = requireAccounts(config, options.names);
  requireDirectories([...workingDirectories(config), ...trust]);
  const failures: FailoverError[] = [];
  for (const account of accounts) {
    const outcome = await prepared(account, { config, trust });
    if (outcome instanceof FailoverError) {
      world.terminal.say(reportError(outcome));
      failures.push(outcome);
    } else {
      world.terminal.print(outcomeText(account, outcome));
    }
  }
  const [first] = failures;
  return first === undefined ? EXIT.OK : exitCodeOf(first);
}

/** What is missing for all accounts alike is told once. */
function requireDirectories(paths: readonly string[]): void {
  const missing = [...new Set(missingDirectories(paths))];
  if (missing.length === 0) return;
  const make = `mkdir -p ${missing.map(shellWord).join(' ')}`;
  const message = `no directory: ${missing.join(', ')}\nMake it: ${make}, then claude-failover account prepare`;
  throw new FailoverError('NOT_FOUND', message, { path: missing[0] ?? null });
}

async function prepared(
  account: Account,
  wanted: { readonly config: Config; readonly trust: readonly string[] },
): Promise<Prepared | FailoverError> {
  const { prepareForPool } = await import('../../supervisor/compose-accounts.ts');
  try {
    return await prepareForPool(account, wanted);
  } catch (error) {
    if (error instanceof FailoverError) return error;
    throw error;
  }
}

function outcomeText({ name }: Account, { changes, backups }: Prepared): string {
  if (changes.length === 0) return `${name}: already prepared`;
  return [
    `${name}: prepared`,
    ...changes.map(({ file, key, before, after }) => {
      const was = before === null ? '' : ` (was ${printable(before)})`;
      return `  ${file}  ${printable(key.join(' > '))} = ${after}${was}`;
    }),
    ...backups.map((backup) => `  kept as it was: ${printable(backup)}`),
  ].join('\n');
}

/** What is looked at before anything is started: a launch that could only fail changes nothing. */
import { stat } from 'node:fs/promises';
import { FailoverError } from '../../config/errors.ts';
import { shellWord } from '../../config/shell-word.ts';
import type { Account, CheckError } from '../../config/types.ts';
import type { SessionFacts } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import { orDiskFailure } from '../agent/disk-failure.ts';
import { workdirOf } from './plan-start.ts';

export interface CheckParts {
  readonly accounts: readonly Account[];
  /** The guard, asked again for this account: links may have gone wrong since the start. */
  readonly checkAccount: (account: Account) => readonly CheckError[];
  /** The absolute path of the program that an agent in this directory would be; null when there is none. */
  readonly findCommand: (workdir: string) => Promise<string | null>;
  readonly onQuarantined: (account: Account, errors: readonly CheckError[]) => void;
  /** The guard found nothing wrong with it; told before `isUsable` is asked. */
  readonly onInOrder: (account: Account) => void;
  /** Whether anything may be started on this account now, by all that is known of it. */
  readonly isUsable: (account: Account['name']) => boolean;
}

/** The account that the session is on; the first when it has left the config. */
export function accountOf({ accounts }: CheckParts, { account: name }: SessionFacts): Account {
  const account = accounts.find((candidate) => candidate.name === name) ?? accounts[0];
  if (account === undefined) throw new FailoverError('NOT_FOUND', `no account named ${name}`);
  return account;
}

/** Throws ACCOUNT_QUARANTINED, after it was told, else ACCOUNT_UNAVAILABLE when it cannot be used for another reason. */
export function refuseUnusable(parts: CheckParts, account: Account): void {
  const { name } = account;
  const errors = parts.checkAccount(account);
  if (errors.length > 0) {
    parts.onQuarantined(account, errors);
    const said = errors.map(({ message }) => message).join('; ');
    throw refusedOn(name, 'ACCOUNT_QUARANTINED', said);
  }
  parts.onInOrder(account);
  if (parts.isUsable(name)) return;
  const advice = `see "claude-failover account show ${shellWord(name)}" for why, and until when`;
  throw refusedOn(name, 'ACCOUNT_UNAVAILABLE', `it cannot be used now; ${advice}`);
}

function refusedOn(
  account: string,
  code: 'ACCOUNT_QUARANTINED' | 'ACCOUNT_UNAVAILABLE',
  why: string,
): FailoverError {
  return new FailoverError(code, `nothing is started on ${account}: ${why}`, { account });
}

/** Rejects with WORKDIR_MISSING. */
export async function refuseWithoutWorkdir(request: LaunchRequest): Promise<void> {
  const workdir = workdirOf(request);
  // tmux starts a pane whose directory is missing silently somewhere else.
  if (await isDirectory(workdir)) return;
  const advice = `mkdir -p ${shellWord(workdir)}, then claude-failover session reset ${request.facts.name}`;
  const message = `the directory ${workdir} does not exist`;
  throw new FailoverError(
    'WORKDIR_MISSING',
    request.task === null ? `${message}: ${advice}` : message,
    { workdir },
  );
}

/** Whether it is there; rejects with DISK_FAILED. */
export async function isDirectory(path: string): Promise<boolean> {
  const found = await orDiskFailure(stat(path)).catch(nullIfMissing);
  return found?.isDirectory() ?? false;
}

/** A disk that does not tell is no proof that the directory has gone. */
function nullIfMissing(error: unknown): null {
  if (error instanceof FailoverError) throw error;
  return null;
}

/** Rejects with COMMAND_NOT_FOUND. */
export async function refuseWithoutClient(
  { findCommand }: CheckParts,
  workdir: string,
): Promise<void> {
  if ((await findCommand(workdir)) !== null) return;
  throw new FailoverError(
    'COMMAND_NOT_FOUND',
    "the program of agent.command is not to be found in the agents' PATH",
  );
}

import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import type { Account } from '../../config/types.ts';
import type { ProcessPort } from '../../machines/ports.ts';
import { type AnswerFile, answersFor, type Edit, edited } from './answers.ts';
import { withClientLock } from './client-lock.ts';
import { replaceJsonFile } from './json-file.ts';
import { livingAgents } from './living-agents.ts';
import { type FilePlan, isTrustOnly, plansFor, requireUnchanged } from './prepare-plan.ts';

export interface PrepareRequest {
  readonly account: Account;
  readonly permissionMode: string;
  /** Directories in which agents are to work without being asked whether they are trusted. */
  readonly trust: readonly string[];
}

/** One key that was changed, for people. */
interface PreparedChange {
  readonly file: AnswerFile;
  /** The keys that lead to it, such as `['projects', '/srv/work', 'hasTrustDialogAccepted']`. */
  readonly key: readonly string[];
  /** As JSON; null when it was not there. */
  readonly before: string | null;
  readonly after: string;
}

export interface Prepared {
  /** Empty when everything was so already: then no file was touched. */
  readonly changes: readonly PreparedChange[];
  /** What the changed files were before, each beside its file. */
  readonly backups: readonly string[];
}

/**
 * Answers beforehand what the client would ask at its first start in this account's home (onboarding,
 * trust of a directory, resuming an old conversation, bypass mode), and keeps it from deleting old
 * conversations. The login is the operator's own: no credential is read.
 *
 * Directories to trust can be added while agents run on the home: it is done under the lock that they
 * use themselves, and done again when one that could not get it has written all the same.
 *
 * Rejects, having changed nothing: `NOT_FOUND` (home or a directory to trust is missing), `CONFLICT`
 * (an agent runs on the home and may not read the change, or a file changed meanwhile),
 * `ACCOUNT_FILE_INVALID`. All files are looked at before the first is written.
 *
 * @param replace how a file is replaced; specs put agents in between that write at the same moment
 */
export async function prepareAccount(
  { account, permissionMode, trust }: PrepareRequest,
  processes: Pick<ProcessPort, 'identify'>,
  replace = replaceJsonFile,
): Promise<Prepared> {
  requireDirectory(account.home, `the home of ${account.name}`);
  const trusted = trust.flatMap(namesOfDirectory);
  const answers = answersFor({ permissionMode, trusted });
  const done: Prepared[] = [];
  for (let round = 1; plansFor(account.home, answers).length > 0; round += 1) {
    if (round > MOST_ROUNDS) throw lostAgain(account);
    const changed = await withClientLock(account.home, async () => {
      const plans = plansFor(account.home, answers);
      if (!plans.every(isTrustOnly)) requireQuiet(account, processes);
      requireUnchanged(plans);
      return await carriedOut(plans, replace);
    });
    done.push(changed);
  }
  return joined(done);
}

/** Agents write now and then, and never this often at the same moment as we do. */
const MOST_ROUNDS = 5;

async function carriedOut(
  plans: readonly FilePlan[],
  replace: typeof replaceJsonFile,
): Promise<Prepared> {
  const backups: (string | null)[] = [];
  for (const { file, edits } of plans) {
    backups.push(await replace(file, edited(file.object, edits)));
  }
  return {
    changes: plans.flatMap(({ edits }) => edits.map(changeOf)),
    backups: backups.filter((backup) => backup !== null),
  };
}

/** What was done again is told once. */
function joined(done: readonly Prepared[]): Prepared {
  const changes = done.flatMap((one) => one.changes);
  const byKey = new Map(
    changes.map((change) => [JSON.stringify([change.file, change.key]), change]),
  );
  return { changes: [...byKey.values()], backups: done.flatMap((one) => one.backups) };
}

/** The client asks about its working directory by the name it was started with, or by the real one. */
function namesOfDirectory(directory: string): readonly string[] {
  const given = resolve(directory);
  requireDirectory(given, 'the directory to trust');
  return [...new Set([given, realpathSync.native(given)])];
}

function requireDirectory(path: string, what: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new FailoverError('NOT_FOUND', `${what} is not a directory: ${path}`, { path });
}

function requireQuiet(account: Account, processes: Pick<ProcessPort, 'identify'>): void {
  const [pid] = livingAgents(account.home, processes);
  if (pid === undefined) return;
  const message = `an agent (pid ${pid}) runs on ${account.name} and would overwrite what is prepared: end it first`;
  throw new FailoverError('CONFLICT', message, { account: account.name, pid });
}

function lostAgain({ name }: Account): FailoverError {
  const message = `what is prepared for ${name} is overwritten again and again by other programs`;
  return new FailoverError('CONFLICT', message, { account: name });
}

function changeOf({ answer, before }: Edit): PreparedChange {
  return {
    file: answer.file,
    key: answer.key,
    before: before === undefined ? null : JSON.stringify(before),
    after: JSON.stringify(answer.value),
  };
}

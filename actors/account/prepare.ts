import { realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import type { Account } from '../../config/types.ts';
import type { ProcessPort } from '../../machines/ports.ts';
import {
  type AnswerFile,
  answersFor,
  type Edit,
  edited,
  editsOf,
  isObstructed,
} from './answers.ts';
import { invalid, isUnchanged, type JsonFile, readJsonFile, replaceJsonFile } from './json-file.ts';
import { livingAgents } from './living-agents.ts';

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

const FILES: readonly AnswerFile[] = ['.claude.json', 'settings.json'];

/**
 * Answers beforehand what the client would ask at its first start in this account's home (onboarding,
 * trust of a directory, resuming an old conversation, bypass mode), and keeps it from deleting old
 * conversations. The login is the operator's own: no credential is read.
 *
 * Rejects, having changed nothing: `NOT_FOUND` (home or a directory to trust is missing), `CONFLICT`
 * (an agent runs on the home and would write its own copy back, or a file changed meanwhile),
 * `ACCOUNT_FILE_INVALID`. All files are looked at before the first is written.
 */
export async function prepareAccount(
  { account, permissionMode, trust }: PrepareRequest,
  processes: Pick<ProcessPort, 'identify'>,
): Promise<Prepared> {
  requireDirectory(account.home, `the home of ${account.name}`);
  const trusted = trust.flatMap(namesOfDirectory);
  const answers = answersFor({ permissionMode, trusted });
  const plans = FILES.map((name) => planFile(join(account.home, name), name, answers)).filter(
    ({ edits }) => edits.length > 0,
  );
  if (plans.length > 0) requireQuiet(account, plans, processes);
  const backups: (string | null)[] = [];
  for (const { file, edits } of plans) {
    backups.push(await replaceJsonFile(file, edited(file.object, edits)));
  }
  return {
    changes: plans.flatMap(({ edits }) => edits.map(changeOf)),
    backups: backups.filter((backup) => backup !== null),
  };
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

interface FilePlan {
  readonly file: JsonFile;
  readonly edits: readonly Edit[];
}

function planFile(
  path: string,
  name: AnswerFile,
  answers: ReturnType<typeof answersFor>,
): FilePlan {
  const file = readJsonFile(path);
  const edits = editsOf(
    file.object,
    answers.filter((answer) => answer.file === name),
  );
  const obstructed = edits.find(({ answer }) => isObstructed(file.object, answer.key));
  if (obstructed !== undefined) {
    throw invalid(path, `${obstructed.answer.key[0]} is not a JSON object in it`);
  }
  return { file, edits };
}

function requireQuiet(
  account: Account,
  plans: readonly FilePlan[],
  processes: Pick<ProcessPort, 'identify'>,
): void {
  const [pid] = livingAgents(account.home, processes);
  if (pid !== undefined) {
    const message = `an agent (pid ${pid}) runs on ${account.name} and would overwrite what is prepared: end it first`;
    throw new FailoverError('CONFLICT', message, { account: account.name, pid });
  }
  const changed = plans.find(({ file }) => !isUnchanged(file));
  if (changed === undefined) return;
  const { path } = changed.file;
  throw new FailoverError('CONFLICT', `${path} has just been changed by another program`, { path });
}

function changeOf({ answer, before }: Edit): PreparedChange {
  return {
    file: answer.file,
    key: answer.key,
    before: before === undefined ? null : JSON.stringify(before),
    after: JSON.stringify(answer.value),
  };
}

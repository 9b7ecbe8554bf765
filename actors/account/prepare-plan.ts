import { join } from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import { type Answer, type AnswerFile, type Edit, editsOf, isObstructed } from './answers.ts';
import { invalid, isUnchanged, type JsonFile, readJsonFile } from './json-file.ts';

/** What is to be changed in one of the client's files. */
export interface FilePlan {
  readonly file: JsonFile;
  readonly edits: readonly Edit[];
}

const FILES: readonly AnswerFile[] = ['.claude.json', 'settings.json'];

/** The files of an account home that do not give all these answers yet. Throws `ACCOUNT_FILE_INVALID`. */
export function plansFor(home: string, answers: readonly Answer[]): readonly FilePlan[] {
  return FILES.map((name) => planFile(join(home, name), name, answers)).filter(
    ({ edits }) => edits.length > 0,
  );
}

function planFile(path: string, name: AnswerFile, answers: readonly Answer[]): FilePlan {
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

/** Whether nothing but directories to trust is to be changed. */
export function isTrustOnly({ edits }: FilePlan): boolean {
  return edits.every(({ answer }) => answer.key.at(-1) === 'hasTrustDialogAccepted');
}

/** Throws `CONFLICT` when another program has written one of the files since. */
export function requireUnchanged(plans: readonly FilePlan[]): void {
  const changed = plans.find(({ file }) => !isUnchanged(file));
  if (changed === undefined) return;
  const { path } = changed.file;
  throw new FailoverError('CONFLICT', `${path} has just been changed by another program`, { path });
}

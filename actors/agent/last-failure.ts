import type { FailureSeen } from '../../machines/ports.ts';
import type { TurnFailure } from '../../machines/signals.ts';
import type { Said } from './status-file.ts';
import { transcriptFiles } from './transcript.ts';
import { isRecord, type Row, textIn } from './transcript-row.ts';
import { lastRowsOf } from './transcript-tail.ts';
import { failureIn, isPrompt, promptIdIn } from './turn-rows.ts';

/** What the client notes when a person logs in: how a turn failed before says nothing of the login since. */
const LOGIN = /<command-name>\/login<\/command-name>/;

/** What the client notes of commands that a person gave to itself, or that it ran by itself as at a limit. */
const OWN_COMMAND = /^<(?:command-(?:name|message|args)|local-command-\w+)>/;

/**
 * How the latest turn of the agent that says this failed; null when it did not, when it goes on, when somebody has
 * logged in since, when the failure is another agent's, or when nothing tells. Rejects when the disk does not tell.
 *
 * @param isOwn whether a turn that failed at this time, epoch milliseconds, was this agent's
 */
export async function lastFailure(
  sharedRoot: string,
  said: Said,
  isOwn: (failedAt: number) => boolean,
): Promise<FailureSeen | null> {
  const { status, startedAt, statusAt } = said;
  if (status.status === 'busy' || startedAt === null) return null;
  const { conversation } = status;
  const files = await transcriptFiles(sharedRoot, conversation);
  const failures = await Promise.all(files.map(lastFailureIn));
  // Another agent may have met it before, on another account.
  const failure =
    failures.find((one) => one !== null && one.at >= startedAt && isOwn(one.at)) ?? null;
  if (failure === null) return null;
  const isDialog = status.status === 'waiting' && status.waitingFor === 'dialog open';
  return { conversation, failure, dialogAt: isDialog ? statusAt : null };
}

async function lastFailureIn(file: string): Promise<TurnFailure | null> {
  return failureAtEnd(await lastRowsOf(file));
}

/** The failure in which a conversation ends so far; null = it does not end in one. Rows newest first. */
function failureAtEnd(rows: readonly Row[]): TurnFailure | null {
  const end = rows.findIndex(decides);
  const row = rows[end];
  if (row?.['isApiErrorMessage'] !== true) return null;
  const before = rows.slice(end).find((one) => one['type'] === 'user' && isSaidInTurn(one));
  return failureIn(row, before === undefined ? null : promptIdIn(before));
}

/** Whether this row tells how the conversation stands: what the agent said last, or what it was given. */
function decides(row: Row): boolean {
  if (!isSaidInTurn(row)) return false;
  if (LOGIN.test(commandIn(row))) return true;
  if (row['type'] === 'assistant') return row['isApiErrorMessage'] === true || !isSynthetic(row);
  return row['type'] === 'user' && !(isPrompt(row) && OWN_COMMAND.test(textIn(row)));
}

/** What a person said to the client itself: as a prompt, or as a note of the client's. */
function commandIn(row: Row): string {
  const { type, subtype, content } = row;
  if (subtype === 'local_command') return typeof content === 'string' ? content : '';
  return type === 'user' && isPrompt(row) && OWN_COMMAND.test(textIn(row)) ? textIn(row) : '';
}

/** Rows of subagents and the client's own notes change nothing. */
function isSaidInTurn(row: Row): boolean {
  return row['isSidechain'] !== true && row['isMeta'] !== true;
}

function isSynthetic({ message }: Row): boolean {
  return isRecord(message) && message['model'] === '<synthetic>';
}

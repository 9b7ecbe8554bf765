import { FailoverError } from '../config/errors.ts';
import {
  checkTaskBytes,
  checkTaskText,
  LONGEST_TASK_BYTES,
  type TextVerdict,
  tooLong,
} from '../machines/policy/task-text.ts';

export { LONGEST_TASK_BYTES };

/** The text of a task from what somebody gave. Throws `TASK_REFUSED` with the place of the first offender. */
export function acceptedText(given: string | Uint8Array): string {
  const verdict = typeof given === 'string' ? checkTaskText(given) : checkTaskBytes(given);
  if (verdict.ok) return verdict.text;
  throw textRefused(verdict);
}

/** The same refusal for a text of which only the size in bytes is known; `isMore`: at least. */
export function refusedForSize(size: number, isMore: boolean): FailoverError {
  return textRefused(tooLong(size, isMore));
}

function textRefused({ message, place }: Extract<TextVerdict, { ok: false }>): FailoverError {
  const facts = place === null ? {} : { ...place };
  return new FailoverError('TASK_REFUSED', `the text cannot be a task: ${message}`, facts);
}

/**
 * Which texts can be a task. What is accepted reaches the agent exactly as it was given, but for line
 * ends and a byte order mark; what a terminal would obey rather than show is refused, never repaired.
 */

export const LONGEST_TASK_BYTES = 1024 * 1024;

export type TextVerdict =
  | { readonly ok: true; readonly text: string }
  /** `message` is a sentence for people; `place` is null when it is about the whole text. */
  | { readonly ok: false; readonly message: string; readonly place: TextPlace | null };

/** In the text as it was given. Line and column count from 1, a column is one code point. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
  /** In bytes of UTF-8, from 0, a byte order mark included. */
  readonly offset: number;
}

type Refusal = Extract<TextVerdict, { ok: false }>;

/** The text as a task has it (no byte order mark, `\n` for `\r\n`), or the first thing wrong with it. */
export function checkTaskText(given: string): TextVerdict {
  const size = sizeOf(given);
  if (size > LONGEST_TASK_BYTES) return tooLong(size);
  const found = REFUSED.exec(given);
  if (found !== null) return refusedAt(given.slice(0, found.index), namesOf(found[0]));
  const text = withoutMark(given).replaceAll('\r\n', '\n');
  if (text.trim() === '') return { ok: false, message: 'there is nothing in it', place: null };
  return { ok: true, text };
}

/** The same for bytes, which must be UTF-8. */
export function checkTaskBytes(given: Uint8Array): TextVerdict {
  if (given.length > LONGEST_TASK_BYTES) return tooLong(given.length);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(given);
  const valid = validPart(given, text);
  if (valid !== null) return refusedAt(valid, `byte 0x${hex(given[sizeOf(valid)], 2)} is no UTF-8`);
  return checkTaskText(text);
}

/** The refusal of a text of this many bytes; `isMore`: its end was not waited for. */
export function tooLong(size: number, isMore = false): Refusal {
  const told = `${isMore ? 'more than ' : ''}${size} bytes`;
  const message = `it has ${told}, and a task may have ${LONGEST_TASK_BYTES}`;
  return { ok: false, message, place: null };
}

const MARK = '\ufeff';
const REPLACEMENT = '\ufffd';

// Control characters (C0, DEL, C1) but tab and newline, and half a pair of surrogates.
const REFUSED = /\r(?!\n)|(?![\t\n\r])\p{Cc}|\p{Cs}/u;

/**
 * What was decoded before the first byte that is no UTF-8; null when there is none. The decoder puts
 * a replacement character there, which is an honest one only where its own three bytes are.
 */
function validPart(given: Uint8Array, decoded: string): string | null {
  let offset = 0;
  let end = 0;
  for (const part of decoded.split(REPLACEMENT)) {
    offset += sizeOf(part);
    end += part.length;
    if (end === decoded.length) return null;
    if (!isReplacement(given.subarray(offset, offset + 3))) return decoded.slice(0, end);
    offset += 3;
    end += 1;
  }
  return null;
}

function isReplacement([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbf && third === 0xbd;
}

function refusedAt(before: string, what: string): Refusal {
  const lines = withoutMark(before).split('\n');
  const place = {
    line: lines.length,
    column: [...(lines.at(-1) ?? '')].length + 1,
    offset: sizeOf(before),
  };
  const where = `line ${place.line}, column ${place.column} (offset ${place.offset})`;
  return { ok: false, message: `${where}: ${what}`, place };
}

function namesOf(character: string): string {
  const code = `U+${hex(character.codePointAt(0), 4)}`;
  if (character === '\r') return `${code} is a carriage return without a newline`;
  return /\p{Cs}/u.test(character)
    ? `${code} is half a pair of surrogates`
    : `${code} is a control character, of which only tab and newline are taken`;
}

function withoutMark(text: string): string {
  return text.startsWith(MARK) ? text.slice(MARK.length) : text;
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function hex(code: number | undefined, digits: number): string {
  return (code ?? 0).toString(16).toUpperCase().padStart(digits, '0');
}

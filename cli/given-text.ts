import { createReadStream, readFileSync } from 'node:fs';
import { FailoverError } from '../config/errors.ts';
import { acceptedText, LONGEST_TASK_BYTES, refusedForSize } from '../supervisor/accepted-text.ts';
import type { CliWorld } from './world.ts';

/** Where the text of a task is; one of the two is given. */
export interface TextSource {
  readonly text: string | null;
  /** `-` is stdin. */
  readonly file?: string;
}

/**
 * The text of a task, checked. Throws `TASK_REFUSED` with what is wrong with it, and `NOT_FOUND` for a
 * file that cannot be read.
 */
export async function givenText(world: CliWorld, { text, file }: TextSource): Promise<string> {
  if (file === undefined) return acceptedText(asGiven(text ?? ''));
  const { stdin } = world.terminal;
  if (file !== '-') return acceptedText(await read(createReadStream(file), file));
  if (stdin.isTTY) world.terminal.say('the text, and Ctrl-D at its end:');
  return acceptedText(await read(stdin, 'stdin'));
}

/** Beyond this an end is not waited for: there may be none. */
const MOST_BYTES = 64 * LONGEST_TASK_BYTES;

async function read(stream: NodeJS.ReadableStream, name: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size <= LONGEST_TASK_BYTES) chunks.push(Buffer.from(chunk));
      if (size > MOST_BYTES) break;
    }
  } catch (error) {
    throw unreadable(name, error);
  }
  if (size > MOST_BYTES) throw refusedForSize(MOST_BYTES, true);
  if (size > LONGEST_TASK_BYTES) throw refusedForSize(size, false);
  return Buffer.concat(chunks);
}

function unreadable(name: string, cause: unknown): FailoverError {
  const { code = 'UNKNOWN' } = cause as NodeJS.ErrnoException;
  const message = `the text cannot be read from ${name} (${code})`;
  return new FailoverError('NOT_FOUND', message, { file: name, reason: code }, cause);
}

/**
 * The argument as the shell gave it. Node puts U+FFFD for bytes that are no UTF-8, which would pass for
 * text: then the kernel is asked for the bytes.
 */
function asGiven(text: string): string | Uint8Array {
  if (!text.includes('\ufffd')) return text;
  return rawArguments().find((raw) => raw.toString('utf8') === text) ?? text;
}

function rawArguments(): readonly Buffer[] {
  const raw = readFileSync('/proc/self/cmdline').toString('latin1').split('\0');
  return raw.map((argument) => Buffer.from(argument, 'latin1'));
}

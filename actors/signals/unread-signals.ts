import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Signal } from '../../machines/signals.ts';
import { type Parsed, parseSignal } from './parse-signal.ts';
import { type PrivateText, readPrivateText } from './private-text.ts';
import type { Spool } from './spool.ts';

/** So many files that were no signals are kept for whoever wants to know. */
const KEPT_BAD = 20;

/** The files of a spool that nobody has dealt with, oldest first; none when there is no spool yet. */
export async function unreadIn(spool: Spool): Promise<readonly string[]> {
  try {
    return (await readdir(spool.unread)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The signal in such a file; null when there is none: it is gone, or says nothing of the session and
 * is removed, or is no signal and is moved aside, of which `onBad` is told. Rejects only when the
 * disk does not tell.
 */
export async function takeSignal(
  spool: Spool,
  { session, name }: { readonly session: string; readonly name: string },
  onBad: (reason: string) => void,
): Promise<Signal | null> {
  const file = path.join(spool.unread, name);
  const parsed = parsedOf(await readPrivateText(file), session);
  switch (parsed.kind) {
    case 'signal':
      return parsed.signal;
    case 'gone':
      return null;
    case 'ignored':
      await rm(file, { force: true });
      return null;
    case 'bad':
      await moveAside(spool, name);
      onBad(parsed.reason);
      return null;
  }
}

/** Deals with it no more: whatever it said is stored. */
export async function removeSignal(spool: Spool, name: string): Promise<void> {
  await rm(path.join(spool.unread, name), { force: true });
}

function parsedOf(
  read: PrivateText,
  session: string,
): Parsed | Exclude<PrivateText, { kind: 'text' }> {
  return read.kind === 'text' ? parseSignal(read.text, { session, at: read.writtenAt }) : read;
}

async function moveAside({ unread, bad }: Spool, name: string): Promise<void> {
  const file = path.join(unread, name);
  try {
    await mkdir(bad, { recursive: true, mode: 0o700 });
    await rename(file, path.join(bad, name));
    await keepLatest(bad);
  } catch {
    // There is no room for it, and signals wait behind it.
    await rm(file, { recursive: true, force: true });
  }
}

async function keepLatest(bad: string): Promise<void> {
  const all = (await readdir(bad)).sort();
  for (const old of all.slice(0, -KEPT_BAD)) {
    await rm(path.join(bad, old), { recursive: true, force: true });
  }
}

import { lstatSync } from 'node:fs';
import { newerUsage } from '../../machines/policy/usage-windows.ts';
import type { AccountUsage } from '../../machines/signals.ts';
import { watchFolder } from '../agent/folder-watch.ts';
import { oneAtATime } from '../agent/one-at-a-time.ts';
import { parseUsage } from './parse-usage.ts';
import { readPrivateText } from './private-text.ts';
import { STATUS_LINE_FILE, statusLineFileIn } from './spool.ts';

export interface UsageWatch {
  refresh(): void;
  close(): void;
}

/**
 * Tells the usage that the agent in this session's directory says, once for each change, and once a minute
 * that it still is so. What cannot be read says nothing: the next status line will. A launch removes what the
 * agent before has said: the next one may be another account's, and is heard also when it says the same. A
 * refresh reads only a file that it has not read.
 */
export function watchUsage(folder: string, tell: (usage: AccountUsage) => void): UsageWatch {
  const file = statusLineFileIn(folder);
  let last: AccountUsage | null = null;
  let seen: string | null = null;
  const readAgain = oneAtATime<string>(async () => {
    // Looked at before it is read: one that comes in between is another one at the next refresh.
    seen = versionOf(file);
    const read = await readPrivateText(file).catch(() => null);
    if (read === null) seen = null;
    if (read?.kind === 'gone') last = null;
    const usage = read?.kind === 'text' ? parseUsage(read.text, read.writtenAt) : null;
    if (usage === null || (last !== null && !isNews(last, usage))) return;
    last = usage;
    tell(usage);
  });
  const watch = watchFolder(folder, (name) => {
    if (name === STATUS_LINE_FILE) readAgain(file);
  });
  return {
    refresh: () => {
      watch.ensure();
      if (seen === null || seen !== versionOf(file)) readAgain(file);
    },
    close: watch.close,
  };
}

/** A window that is told no more is none: what was said of it still holds. */
function isNews(last: AccountUsage, usage: AccountUsage): boolean {
  return WINDOWS.some((window) => {
    const told = usage[window];
    return newerUsage(last[window], told, told?.toldAt ?? 0) !== last[window];
  });
}

const WINDOWS = ['fiveHour', 'sevenDay'] as const;

/**
 * Of the file that is there now: a status line is moved into place as a whole, and what is done to it
 * afterwards changes its times. null when there is none, or nobody knows.
 */
function versionOf(file: string): string | null {
  try {
    const { ino, ctimeNs, size } = lstatSync(file, { bigint: true });
    return `${ino} ${ctimeNs} ${size}`;
  } catch {
    return null;
  }
}

import { isDeepStrictEqual } from 'node:util';
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
 * Tells the usage that the agent in this session's directory says, once for each change. What cannot be
 * read says nothing: the next status line will.
 */
export function watchUsage(folder: string, tell: (usage: AccountUsage) => void): UsageWatch {
  const file = statusLineFileIn(folder);
  let last: AccountUsage | null = null;
  const readAgain = oneAtATime<string>(async () => {
    const read = await readPrivateText(file).catch(() => null);
    const usage = read?.kind === 'text' ? parseUsage(read.text) : null;
    if (usage === null || isDeepStrictEqual(usage, last)) return;
    last = usage;
    tell(usage);
  });
  const watch = watchFolder(folder, (name) => {
    if (name === STATUS_LINE_FILE) readAgain(file);
  });
  return {
    refresh: () => {
      watch.ensure();
      readAgain(file);
    },
    close: watch.close,
  };
}

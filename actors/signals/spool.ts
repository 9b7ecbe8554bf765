import path from 'node:path';

/**
 * The spool of one session: a hook writes into `tmp` and renames into `unread`, from where the daemon
 * takes it. What is no signal goes to `bad`.
 */
export interface Spool {
  readonly root: string;
  readonly tmp: string;
  readonly unread: string;
  readonly bad: string;
}

/** @param folder the session's own directory, absolute */
export function spoolIn(folder: string): Spool {
  const root = path.join(folder, 'signals');
  return {
    root,
    tmp: path.join(root, 'tmp'),
    unread: path.join(root, 'new'),
    bad: path.join(root, 'bad'),
  };
}

/** The program that the hooks of the session run. */
export function signalScriptIn(folder: string): string {
  return path.join(folder, 'signal.sh');
}

/** The program that draws its status line. */
export function statusLineScriptIn(folder: string): string {
  return path.join(folder, 'statusline.sh');
}

export const STATUS_LINE_FILE = 'statusline.json';

/** What the status line was last given. */
export function statusLineFileIn(folder: string): string {
  return path.join(folder, STATUS_LINE_FILE);
}

import { closeSync, fsyncSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The usual queue: a directory with one Markdown file for each task. */
const TASK = /^(.+)\.md$/;

export interface Durable {
  /** Whether it is on the disk when the call returns, and not only in the kernel's memory. */
  readonly synced: boolean;
}

/** Puts a task into the inbox, all of it at once. Synchronously, which is the quickest that node can do it. */
export function putTask(inbox: string, task: string, text: string, { synced }: Durable): void {
  const draft = join(inbox, `.${task}`);
  writeWhole(draft, `---\ntitle: ${task}\npriority: default\n---\n${text}\n`, { synced });
  renameSync(draft, join(inbox, `${task}.md`));
  if (synced) syncDirectory(inbox);
}

/** Says that a task is given to a session; throws when it is already. */
export function markTask(inbox: string, task: string, session: string, { synced }: Durable): void {
  writeWhole(join(inbox, `${task}.md.dispatched`), session, { synced });
  if (synced) syncDirectory(inbox);
}

/** The tasks that nobody has been given, by name. */
export function openTasksIn(inbox: string): readonly string[] {
  const names = new Set(readdirSync(inbox));
  return [...names]
    .filter((name) => TASK.test(name) && !names.has(`${name}.dispatched`))
    .map((name) => name.replace(TASK, '$1'))
    .sort();
}

function writeWhole(file: string, text: string, { synced }: Durable): void {
  const fd = openSync(file, 'wx', 0o600);
  writeSync(fd, text);
  if (synced) fsyncSync(fd);
  closeSync(fd);
}

function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

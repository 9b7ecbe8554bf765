import { access, readdir, realpath, rename } from 'node:fs/promises';
import path from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import { isFolderOf } from './project-folder.ts';
import { linesOf } from './transcript-lines.ts';
import { rowIn } from './transcript-row.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Rows that make a conversation; the others (title, mode, snapshots) are notes beside it. */
const CONVERSATION_ROWS: ReadonlySet<unknown> = new Set([
  'user',
  'assistant',
  'attachment',
  'system',
]);

/**
 * True when `--resume` would find this conversation: a transcript with at least one row of the
 * conversation itself. The file alone proves nothing: the client writes the title before the first
 * prompt, and one killed in between leaves a file that can be neither resumed nor begun again. With a
 * directory, only its own folder counts, in which a client looks that is started in it. Rejects when
 * the disk does not answer, as unknown is not gone.
 */
export async function hasTranscript(
  sharedRoot: string,
  conversation: string,
  directory?: string,
): Promise<boolean> {
  const files = await transcriptFiles(sharedRoot, conversation);
  const found = directory === undefined ? files : await inFolderOf(directory, files);
  return (await Promise.all(found.map(holdsConversation))).includes(true);
}

async function inFolderOf(directory: string, files: readonly string[]): Promise<readonly string[]> {
  // The client names the folder after where it is, whichever links led there.
  const place = await realpath(directory);
  return files.filter((file) => isFolderOf(path.basename(path.dirname(file)), place));
}

/**
 * Lets a conversation that never began be begun under the same id: files without a row of it, over
 * which the client would refuse the id as in use, are renamed to `<uuid>.jsonl.unstarted`. Rejects
 * with `CONFLICT` when there is a conversation, which is never moved.
 */
export async function clearTheWay(sharedRoot: string, conversation: string): Promise<void> {
  for (const file of await transcriptFiles(sharedRoot, conversation)) {
    if (await holdsConversation(file)) {
      throw new FailoverError('CONFLICT', 'a new conversation was asked for, but it exists', {
        conversation,
        file,
      });
    }
    await rename(file, `${file}.unstarted`);
  }
}

/** The files of a conversation in the shared projects: one, unless somebody has copied it. */
export async function transcriptFiles(
  sharedRoot: string,
  conversation: string,
): Promise<readonly string[]> {
  if (!UUID.test(conversation)) {
    throw new FailoverError('CONFLICT', 'a conversation is named by a UUID', { conversation });
  }
  const projects = path.join(sharedRoot, 'projects');
  const name = `${conversation}.jsonl`;
  const folders = await readdir(projects, { withFileTypes: true });
  const holders = await Promise.all(
    folders
      .filter((folder) => folder.isDirectory())
      .map(async ({ name: slug }) => {
        const file = path.join(projects, slug, name);
        return (await exists(file)) ? [file] : [];
      }),
  );
  return holders.flat();
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function holdsConversation(file: string): Promise<boolean> {
  for await (const line of linesOf(file)) {
    if (CONVERSATION_ROWS.has(rowIn(line)?.['type'])) return true;
  }
  return false;
}

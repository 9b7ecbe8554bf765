import { type FileHandle, open, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { FailoverError } from '../../config/errors.ts';

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
 * prompt, and one killed in between leaves a file that can be neither resumed nor begun again.
 * Rejects when the disk does not answer, as unknown is not gone.
 */
export async function hasTranscript(sharedRoot: string, conversation: string): Promise<boolean> {
  const found = await transcriptFiles(sharedRoot, conversation);
  return (await Promise.all(found.map(holdsConversation))).includes(true);
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

async function transcriptFiles(
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
  const handle = await openIfThere(file);
  await handle?.close();
  return handle !== null;
}

async function holdsConversation(file: string): Promise<boolean> {
  const handle = await openIfThere(file);
  if (!handle) return false;
  try {
    for await (const line of handle.readLines({ autoClose: false })) {
      if (isConversationRow(line)) return true;
    }
    return false;
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A row cut short by a kill is no row: the client drops it too. */
function isConversationRow(line: string): boolean {
  try {
    const row: unknown = JSON.parse(line);
    return (
      typeof row === 'object' && row !== null && 'type' in row && CONVERSATION_ROWS.has(row.type)
    );
  } catch {
    return false;
  }
}

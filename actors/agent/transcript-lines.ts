import { type FileHandle, open } from 'node:fs/promises';

/** The lines of a file, read as they are asked for; none when there is no such file. */
export async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  const handle = await openIfThere(file);
  if (!handle) return;
  try {
    yield* handle.readLines({ autoClose: false });
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

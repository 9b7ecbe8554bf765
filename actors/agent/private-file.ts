import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Replaces a file at once, readable by its owner only, in directories that are the owner's only. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // No fsync: the file is written anew at each launch, so it need not survive a power cut.
  await writeFileAtomic(file, text, { mode: 0o600, fsync: false });
}

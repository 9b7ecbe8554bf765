import { lstat, mkdir } from 'node:fs/promises';
import { FailoverError } from '../../config/errors.ts';

/**
 * Makes directories that are ours alone (0700), each in an earlier one or in one that exists. One that
 * is there already is taken as it is, unless somebody else could write into it: then it rejects with
 * `FOLDER_UNSAFE`, as what is read from there would be anybody's word.
 */
export async function makePrivateFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseShared(folder);
  }
}

async function refuseShared(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory()) throw unsafe(folder, 'is not a directory itself');
  if (found.uid !== process.geteuid?.()) throw unsafe(folder, `belongs to user ${found.uid}`);
  if ((found.mode & 0o022) !== 0) throw unsafe(folder, 'can be written to by others');
}

function unsafe(folder: string, reason: string): FailoverError {
  return new FailoverError(
    'FOLDER_UNSAFE',
    `what agents tell is not believed: ${folder} ${reason}; look who did that, then remove it`,
    { folder, reason },
  );
}

import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { writePrivateFile } from '../agent/private-file.ts';
import { makePrivateFolders } from './private-folder.ts';
import { signalScript, statusLineScript } from './scripts.ts';
import { signalScriptIn, spoolIn, statusLineFileIn, statusLineScriptIn } from './spool.ts';

/** A hook that is still under way is some milliseconds old. */
const TORN_AFTER_MS = 60_000;

/**
 * Makes the spool of a session and writes the scripts that its settings name, for an agent that is
 * about to be launched: no other one of this session lives. Signals that nobody has dealt with stay;
 * the usage that the agent before told is forgotten, as this one may be another account's. Rejects
 * with `FOLDER_UNSAFE` when somebody else could write what we would read.
 *
 * @param folder the session's own directory, absolute
 */
export async function prepareSignals(folder: string, session: string): Promise<void> {
  const spool = spoolIn(folder);
  await makePrivateFolders([path.dirname(folder), folder, spool.root, spool.tmp, spool.unread]);
  await removeTorn(spool.tmp);
  await rm(statusLineFileIn(folder), { force: true });
  await writePrivateFile(signalScriptIn(folder), signalScript(folder, Date.now()));
  await writePrivateFile(statusLineScriptIn(folder), statusLineScript(folder, session));
}

/** What hooks that were killed have left. */
async function removeTorn(tmp: string): Promise<void> {
  for (const name of await readdir(tmp)) {
    const file = path.join(tmp, name);
    // Gone meanwhile: its hook has come to its end.
    const found = await lstat(file).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > TORN_AFTER_MS) {
      await rm(file, { force: true, recursive: true });
    }
  }
}

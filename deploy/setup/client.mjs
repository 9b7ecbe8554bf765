import { spawnSync } from 'node:child_process';
import { CannotGoOn, EXIT } from './conversation.mjs';
import { insideProject, PROJECT } from './project.mjs';

/** The real client, which some specs drive. Its installer does nothing when it is there already. */
export function installClient() {
  const { status } = spawnSync(process.execPath, [insideProject('deploy/client-install.mjs')], {
    cwd: PROJECT,
    stdio: ['ignore', 'ignore', 2],
  });
  if (status !== 0) throw new CannotGoOn(EXIT.unavailable, 'the client could not be installed');
}

import { type DaemonPlace, daemonPlaceIn } from '../../config/daemon-place.ts';
import { FailoverError } from '../../config/errors.ts';
import { askDaemon } from '../control-client.ts';
import { placeFor } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { configRefused, lookForConfig } from '../find-config.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

/** An agent that is just being replaced may take seconds to end, and is waited for. */
const PATIENCE_MS = 60_000;

/**
 * Has the daemon read its config again, and says what has changed. Throws what the daemon refuses with:
 * `CONFIG_INVALID` with every mistake, `CONFIG_NEEDS_RESTART`, `LOCK_HELD`; `DAEMON_DOWN` when none runs.
 */
export async function reload(world: CliWorld, options: CommonOptions): Promise<number> {
  const outcome = lookForConfig(world, options);
  const said = outcome.ok ? outcome.config : placeOf(outcome.file, world);
  const place = said === null ? null : await placeFor(world, said);
  const question = { method: 'POST', path: '/v1/reload', patienceMs: PATIENCE_MS } as const;
  const answer = place === null ? null : await askDaemon(place, question);
  if (answer === null) throw outcome.ok ? noDaemon(outcome.config) : configRefused(outcome);
  const { changed } = answer as { readonly changed: readonly string[] };
  world.terminal.print(
    changed.length === 0 ? 'nothing to change' : `reloaded; changed: ${changed.join(', ')}`,
  );
  return EXIT.OK;
}

/** Of a config with mistakes, whatever is enough to find its daemon. */
function placeOf(file: string | null, world: CliWorld): DaemonPlace | null {
  return file === null ? null : daemonPlaceIn(file, world);
}

function noDaemon({ file }: DaemonPlace): FailoverError {
  const message =
    'no daemon runs for this config (one that was started with another state_dir is found only with that: stop it, then edit)';
  return new FailoverError('DAEMON_DOWN', message, { config: file });
}

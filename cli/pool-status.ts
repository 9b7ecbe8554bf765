import { FailoverError } from '../config/errors.ts';
import type { StatusReport } from '../supervisor/status-report.ts';
import { askDaemon } from './control-client.ts';
import type { Reach } from './daemon-reach.ts';
import type { CliWorld } from './world.ts';

/**
 * The status of the pool: the daemon's own, or what the store remembers when none runs. Throws
 * `DAEMON_SILENT` when one runs and does not answer: stored facts would then pass for its answer.
 */
export async function poolStatus(world: CliWorld, { place, config }: Reach): Promise<StatusReport> {
  const answer = await askDaemon(place, { method: 'GET', path: '/v1/status' });
  if (answer !== null) return answer as StatusReport;
  // It has gone since, and what it stored cannot be read by a config with mistakes.
  if (config === null) throw new FailoverError('DAEMON_DOWN', 'the daemon has gone');
  // Loaded when needed: SQLite would cost the usual answer most of its time.
  const { storedStatus } = await import('../supervisor/compose-facts.ts');
  return await storedStatus({ config, world }, world.version);
}

import type { Config } from '../config/types.ts';
import type { StatusReport } from '../supervisor/status-report.ts';
import { askDaemon } from './control-client.ts';
import type { CliWorld } from './world.ts';

/**
 * The status of the pool: the daemon's own, or what the store remembers when none runs. Throws
 * `DAEMON_SILENT` when one runs and does not answer: stored facts would then pass for its answer.
 */
export async function poolStatus({ version }: CliWorld, config: Config): Promise<StatusReport> {
  const answer = await askDaemon(config, { method: 'GET', path: '/v1/status' });
  if (answer !== null) return answer as StatusReport;
  // Loaded when needed: SQLite would cost the usual answer most of its time.
  const { storedStatus } = await import('../supervisor/compose-facts.ts');
  return await storedStatus(config, version);
}

import { FailoverError } from '../config/errors.ts';
import { slotsOf } from '../config/slots.ts';
import type { StatusReport } from '../supervisor/status-report.ts';
import { askDaemon } from './control-client.ts';
import type { Reach } from './daemon-reach.ts';

/**
 * Rejects with `NOT_FOUND` for the first name that no session of the pool has, naming those it has. What the
 * config has is believed; of others, such as one that is being retired, the daemon is asked, which may
 * reject as `askDaemon` does.
 */
export async function requireSupervised(
  { place, config }: Reach,
  names: readonly string[],
): Promise<void> {
  const known = config === null ? [] : slotsOf(config).map(({ name }) => name);
  if (names.every((name) => known.includes(name))) return;
  const answer = await askDaemon(place, { method: 'GET', path: '/v1/status' });
  const { sessions } = (answer ?? { sessions: [] }) as Pick<StatusReport, 'sessions'>;
  const there = sessions.map(({ name }) => name);
  const missing = names.find((name) => !known.includes(name) && !there.includes(name));
  if (missing !== undefined) throw noSuchSession(missing, known.length > 0 ? known : there);
}

function noSuchSession(name: string, known: readonly string[]): FailoverError {
  const last = known.length > 1 ? ` to ${known.at(-1)}` : '';
  const pool = `the pool has ${known[0] ?? 'none'}${last} (claude-failover session list)`;
  return new FailoverError(
    'NOT_FOUND',
    `no session of the pool is named ${name || '""'}: ${pool}`,
    {
      name,
    },
  );
}

import { FailoverError } from '../config/errors.ts';
import { slotsOf } from '../config/slots.ts';
import type { Config } from '../config/types.ts';

/**
 * Throws `NOT_FOUND` for the first name that no session of the pool has, naming those it has.
 * Without a config (it has mistakes) the daemon is left to say so.
 */
export function requireSessions(config: Config | null, names: readonly string[]): void {
  if (config === null) return;
  const known = slotsOf(config).map(({ name }) => name);
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) throw noSuchSession(missing, known);
}

function noSuchSession(name: string, known: readonly string[]): FailoverError {
  const last = known.length > 1 ? ` to ${known.at(-1)}` : '';
  const pool = `the pool has ${known[0]}${last} (claude-failover session list)`;
  return new FailoverError(
    'NOT_FOUND',
    `no session of the pool is named ${name || '""'}: ${pool}`,
    {
      name,
    },
  );
}

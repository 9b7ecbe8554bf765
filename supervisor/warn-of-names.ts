import { slotsOf } from '../config/slots.ts';
import type { Config } from '../config/types.ts';
import type { LogEvent } from '../machines/log-events.ts';
import { suspiciousNames } from '../machines/policy/suspicious-names.ts';
import type { TmuxPort } from '../machines/ports.ts';

export interface WarningParts {
  readonly config: Pick<Config, 'pool'>;
  readonly tmux: Pick<TmuxPort, 'sessionNames'>;
  readonly log: (entry: LogEvent) => void;
}

/** Says, before anything is created, when the pool that was meant may have other names than the config. */
export async function warnOfNames({ config, tmux, log }: WarningParts): Promise<void> {
  const { prefix, startIndex } = config.pool.autonomous;
  const slots = slotsOf(config).filter(({ kind }) => kind === 'autonomous');
  const names = slots.map(({ name }) => name);
  try {
    const similar = suspiciousNames({ prefix, names }, await tmux.sessionNames());
    if (similar.length > 0) log({ event: 'daemon.suspicious_names', prefix, startIndex, similar });
  } catch (error) {
    log({ event: 'daemon.error', reason: 'looking for suspicious names failed', error });
  }
}

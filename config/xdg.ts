import { isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface XdgWorld {
  readonly env: Environment;
  readonly home: string;
}

/** Our directory for config: `$XDG_CONFIG_HOME/claude-failover`. */
export function configHome({ env, home }: XdgWorld): string {
  return join(absoluteOr(env['XDG_CONFIG_HOME'], join(home, '.config')), 'claude-failover');
}

/** Our directory for state: `$XDG_STATE_HOME/claude-failover`. */
export function stateHome({ env, home }: XdgWorld): string {
  return join(absoluteOr(env['XDG_STATE_HOME'], join(home, '.local/state')), 'claude-failover');
}

// The XDG base directory specification: a relative value is invalid and must be ignored.
function absoluteOr(value: string | undefined, fallback: string): string {
  return value !== undefined && isAbsolute(value) ? value : fallback;
}

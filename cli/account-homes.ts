import type { Config } from '../config/types.ts';

/** The home directory of each account, by its name. */
export type AccountHomes = ReadonlyMap<string, string>;

/** Where each account lives by the config; nothing is known without one (it has mistakes). */
export function homesOf(config: Pick<Config, 'accounts'> | null): AccountHomes {
  return new Map(config?.accounts.map(({ name, home }) => [name, home]));
}

import type { Config } from './types.ts';

/** The absolute path of the file that `store.url` names. */
export function storePath({ store }: Pick<Config, 'store'>): string {
  return store.url.replace(/^sqlite:/, '');
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether a client has a login of its own in this home. Only whether the file is there is looked at: it
 * is the client's, which renews it, and nothing of ours ever opens it.
 */
export function hasLogin(home: string): boolean {
  return existsSync(join(home, '.credentials.json'));
}

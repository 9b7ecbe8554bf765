import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, wherever it is called from. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export function insideProject(path) {
  return join(PROJECT, path);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of a file that is shipped as it is (not compiled), found from the source tree
 * and from `dist/` alike: both lie under the package's own `package.json`.
 */
export function packageFile(relative: string): string {
  return join(packageRoot(fileURLToPath(new URL('.', import.meta.url))), relative);
}

function packageRoot(directory: string): string {
  const parent = join(directory, '..');
  if (existsSync(join(directory, 'package.json')) || parent === directory) return directory;
  return packageRoot(parent);
}

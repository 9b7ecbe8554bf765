import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { compiledFixture } from './compiled.ts';
import { tempDir } from './temp-dir.ts';

/** A PATH in which `tmux` kills the daemon that uses it as soon as it has created a session of the pool. */
export function pathWithFatalTmux(path = ''): string {
  const bin = tempDir();
  const tmux = execFileSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8' }).trim();
  const words = [process.execPath, compiledFixture('fatal-tmux'), tmux].map((word) => `'${word}'`);
  writeFileSync(join(bin, 'tmux'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(join(bin, 'tmux'), 0o700);
  return [bin, path].join(delimiter);
}

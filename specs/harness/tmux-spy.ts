import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tempDir } from './temp-dir.ts';

/** A `tmux` that notes each call of it and then becomes the real one. */
export interface TmuxSpy {
  /** The environment given, in which this `tmux` is found first. */
  readonly env: NodeJS.ProcessEnv;
  /** The arguments of every call so far, one call a line. */
  calls(): readonly string[];
}

/** Whoever runs in its `env` cannot start a tmux unseen. */
export function spyOnTmux(env: NodeJS.ProcessEnv): TmuxSpy {
  const dir = tempDir();
  const noted = join(dir, 'calls');
  const real = execFileSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8', env }).trim();
  const program = join(dir, 'tmux');
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$*" >>'${noted}'\nexec '${real}' "$@"\n`);
  chmodSync(program, 0o700);
  return {
    env: { ...env, PATH: `${dir}${delimiter}${env['PATH']}` },
    calls: () => (existsSync(noted) ? readFileSync(noted, 'utf8').trimEnd().split('\n') : []),
  };
}

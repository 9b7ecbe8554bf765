import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Stands between a daemon and tmux: each client that the daemon starts goes through it. */
export interface TmuxGate {
  /** The daemon's PATH. */
  readonly path: string;
  /** The next so many clients cannot connect, as when the system is short of resources. */
  failNext(times: number): void;
  /** Each client takes this long to start, until `open`. */
  slowDown(seconds: number): void;
  open(): void;
}

/** Keeps its files in `dir`; `socketPath` is what a client that fails complains of. */
export function tmuxGate(dir: string, socketPath: string): TmuxGate {
  const fails = join(dir, 'fails');
  const slow = join(dir, 'slow');
  const bin = join(dir, 'bin');
  for (const folder of [fails, bin]) mkdirSync(folder, { recursive: true });
  const tmux = execFileSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8' }).trim();
  const file = join(bin, 'tmux');
  writeFileSync(file, script({ fails, slow, tmux, socketPath }));
  chmodSync(file, 0o700);
  return {
    path: [bin, process.env['PATH']].join(delimiter),
    failNext: (times) => {
      for (let i = 0; i < times; i++) writeFileSync(join(fails, String(i)), '');
    },
    slowDown: (seconds) => writeFileSync(slow, String(seconds)),
    open: () => {
      rmSync(slow, { force: true });
      rmSync(fails, { recursive: true });
      mkdirSync(fails);
    },
  };
}

interface GatePlaces {
  readonly fails: string;
  readonly slow: string;
  readonly tmux: string;
  readonly socketPath: string;
}

// A server that this client starts is not to inherit the limit that makes the daemon's disk full.
function script({ fails, slow, tmux, socketPath }: GatePlaces): string {
  return `#!/bin/sh
ulimit -S -f unlimited
for token in '${fails}'/*; do
  rm "$token" 2>/dev/null || continue
  echo "error connecting to ${socketPath} (Resource temporarily unavailable)" >&2
  exit 1
done
[ -f '${slow}' ] && sleep "$(cat '${slow}')"
exec '${tmux}' "$@"
`;
}

import { execFileSync } from 'node:child_process';

/** Specs start the compiled daemon and demo agent: build once, incrementally, before any of them. */
export function buildOnce() {
  if (process.env.CLAUDE_FAILOVER_SKIP_BUILD === '1') return;
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
    stdio: 'inherit',
  });
}

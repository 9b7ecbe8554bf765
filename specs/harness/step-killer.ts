import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { plainFixture } from './compiled.ts';
import { tempDir } from './temp-dir.ts';

/** Kills a daemon right before or after one of its irrevocable steps, which one is chosen by its number. */
export interface StepKiller {
  /** The environment of the daemon that is to die at step `at` (1 = the first after `arm`); 0: at none yet. */
  env(at: number): Readonly<Record<string, string>>;
  /** From now on steps count; `at`: the one to die at, of whichever life comes to it first. */
  arm(at?: number): void;
  disarm(): void;
  /** The steps of the last armed life, one a line. */
  trace(): readonly string[];
}

export function stepKiller(): StepKiller {
  const dir = tempDir();
  const armed = join(dir, 'armed');
  const trace = join(dir, 'trace');
  const preload = plainFixture('step-killer.cjs');
  const driver =
    Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-napi' : 'better-sqlite3';
  return {
    env: (at) => ({
      NODE_OPTIONS: `--require=${preload}`,
      STEP_KILLER_AT: String(at),
      STEP_KILLER_ARMED: armed,
      STEP_KILLER_TRACE: trace,
      STEP_KILLER_SQLITE: createRequire(import.meta.url).resolve(driver),
    }),
    arm: (at) => writeFileSync(armed, at === undefined ? '' : String(at)),
    disarm: () => {
      rmSync(armed, { force: true });
      rmSync(trace, { force: true });
    },
    trace: () => (existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : []),
  };
}

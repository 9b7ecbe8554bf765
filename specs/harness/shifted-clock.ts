import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainFixture } from './compiled.ts';
import { tempDir } from './temp-dir.ts';

/** A wall clock that a spec can set, for every process that has this in its environment. */
export interface ShiftedClock {
  readonly env: Readonly<Record<string, string>>;
  /** From now on it is this many days ahead of the machine's (behind, when negative). */
  setAhead(days: number): void;
  /** What it shows, epoch milliseconds. */
  now(): number;
}

const DAY_S = 86_400;

/** The processes share one clock, which begins as the machine's; their monotonic clocks are never touched. */
export function shiftedClock(): ShiftedClock {
  const dir = tempDir();
  const library = join(dir, 'shifted-clock.so');
  const file = join(dir, 'seconds');
  const source = plainFixture('shifted-clock.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  writeFileSync(file, Buffer.alloc(8));
  let ahead = 0;
  const set = (seconds: number) => {
    ahead = seconds;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    // In place: processes have it mapped.
    writeFileSync(file, bytes, { flag: 'r+' });
  };
  return {
    env: { LD_PRELOAD: library, SHIFTED_CLOCK: file },
    setAhead: (days) => set(days * DAY_S),
    now: () => Date.now() + ahead * 1_000,
  };
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../machines/ports.ts';

/**
 * The machine's clocks. `monotonicMs` is CLOCK_MONOTONIC, which counts from boot, so that two
 * daemons within one boot agree on it; `bootId` says whether they are.
 */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
    bootId: readBootId(),
  };
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // An id nobody else has: times of another daemon are then never compared with ours.
    return randomUUID();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from './contestant.ts';
import { costOf, machineForks, provesNoFork, residentMb } from './process-cost.ts';

/** What it costs to keep a pool in which nothing happens. */
export interface Idleness {
  /** Of one core. */
  readonly cpuPercent: number;
  /** Processes started by the supervisor, its helpers and its tmux server; null = some, and nobody has counted. */
  readonly forksPerMinute: number | null;
  /** Processes and threads that the whole machine has started in the same time, by whomever. */
  readonly machineForksPerMinute: number;
  /** Of the supervisor. */
  readonly residentMb: ReturnType<typeof residentMb>;
}

/** Until what was started last has ended, and what node tidies up after work is tidied up. */
const SETTLE_MS = 20_000;

/** Watches for `ms`, which should hold several periods of whatever either does by the clock. */
export async function watchIdle(contestant: Contestant, ms: number): Promise<Idleness> {
  await contestant.work();
  await sleep(Math.min(SETTLE_MS, ms));
  const before = lookAt(contestant);
  await sleep(ms);
  const after = lookAt(contestant);
  await contestant.rest();
  const perMinute = (count: number): number => (count * 60_000) / (after.atMs - before.atMs);
  const counted = forksBetween(before, after);
  return {
    cpuPercent: (100 * (after.cost.cpuMs - before.cost.cpuMs)) / (after.atMs - before.atMs),
    forksPerMinute: counted === null ? null : perMinute(counted),
    machineForksPerMinute: perMinute(after.machineForks - before.machineForks),
    residentMb: residentMb(contestant.pid),
  };
}

function lookAt(contestant: Contestant) {
  return {
    atMs: performance.now(),
    cost: costOf(contestant.processes),
    forks: contestant.forks(),
    machineForks: machineForks(),
  };
}

type Look = ReturnType<typeof lookAt>;

function forksBetween(before: Look, after: Look): number | null {
  if (before.forks !== null && after.forks !== null) return after.forks - before.forks;
  return provesNoFork(before.cost, after.cost) ? 0 : null;
}

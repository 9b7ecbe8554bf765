import { readFileSync } from 'node:fs';

/** What the kernel says of one process (proc(5), /proc/PID/stat). */
export interface ProcessStat {
  readonly pid: number;
  /** What it calls itself, cut to 15 bytes. */
  readonly name: string;
  /** `R`, `S`, `D`, `T`… `Z` and `X` are dead: only their exit status is left to be read. */
  readonly state: string;
  readonly parent: number;
  /** Clock ticks since boot, as a decimal string: together with the pid it names a process for ever. */
  readonly startTime: string;
  /** Those that have not ended, and its first one also when it has. */
  readonly threads: number;
}

/** Of us, and not of the process: these say nothing of whether it is there. */
const CANNOT_LOOK = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/**
 * Reads one process; null when there is none (or it is hidden from us). Throws when we cannot look: who has no file
 * descriptor left must not take everybody for dead.
 */
export function readStat(pid: number): ProcessStat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (CANNOT_LOOK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return null;
  }
}

/** Parses a line of /proc/PID/stat; null when it is not one. */
export function parseStat(line: string): ProcessStat | null {
  // The command's name stands in brackets and may itself hold spaces and brackets: count from the last one.
  const nameEnd = line.lastIndexOf(')');
  const [state, parent, ...rest] = line.slice(nameEnd + 2).split(' ');
  // Field 22 of the line; state is field 3, parent 4, so rest begins at field 5.
  const [threads, , startTime] = rest.slice(15, 18);
  if (nameEnd < 0 || !state || parent === undefined || startTime === undefined) return null;
  const name = line.slice(line.indexOf('(') + 1, nameEnd);
  const pid = Number.parseInt(line, 10);
  return { pid, name, state, parent: Number(parent), startTime, threads: Number(threads) };
}

/**
 * A zombie has ended; only its parent has not heard of it yet. One that still has threads has not: nobody is told
 * of its end, and its files are not closed, before the last of them has got a CPU to end on.
 */
export function isRunning({ state, threads }: ProcessStat): boolean {
  return state === 'Z' ? threads > 1 : state !== 'X';
}

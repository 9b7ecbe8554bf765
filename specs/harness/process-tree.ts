import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One living process as /proc shows it. Texts are empty where it may not be read. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot: with the pid, the identity of a process. */
  readonly startTime: string;
  readonly name: string;
  readonly argv: readonly string[];
  readonly environment: string;
  readonly cwd: string;
}

export function livingPids(): readonly number[] {
  return readdirSync('/proc').filter(isNumber).map(Number);
}

/** Gives null for a process that is gone or only waits to be reaped. */
export function readProcess(pid: number): ProcessFacts | null {
  const stat = parseStat(textOf(`/proc/${pid}/stat`));
  if (stat === null) return null;
  return {
    pid,
    ...stat,
    argv: textOf(`/proc/${pid}/cmdline`).split('\0').slice(0, -1),
    environment: textOf(`/proc/${pid}/environ`),
    cwd: targetOf(`/proc/${pid}/cwd`),
  };
}

/** The same process still, and not another one that got its pid. */
export function isAlive({ pid, startTime }: Pick<ProcessFacts, 'pid' | 'startTime'>): boolean {
  return parseStat(textOf(`/proc/${pid}/stat`))?.startTime === startTime;
}

/** The inodes of the sockets that a process holds open. */
export function socketsHeldBy(pid: number): readonly string[] {
  return namesIn(`/proc/${pid}/fd`)
    .map((fd) => /^socket:\[(\d+)\]$/.exec(targetOf(`/proc/${pid}/fd/${fd}`))?.[1])
    .filter((inode) => inode !== undefined);
}

/** The seeds among the processes, and all that descend from one of them. */
export function withDescendants(
  processes: readonly ProcessFacts[],
  isSeed: (process: ProcessFacts) => boolean,
): readonly ProcessFacts[] {
  const found = new Set(processes.filter(isSeed).map(({ pid }) => pid));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  }
  return processes.filter(({ pid }) => found.has(pid));
}

/** Reads a line of /proc/PID/stat; the name in it may hold spaces and brackets. */
export function parseStat(
  line: string,
): Pick<ProcessFacts, 'parent' | 'startTime' | 'name'> | null {
  const end = line.lastIndexOf(')');
  const [state, parent, ...rest] = line.slice(end + 2).split(' ');
  const startTime = rest[17];
  if (end < 0 || parent === undefined || startTime === undefined) return null;
  if (state === 'Z' || state === 'X') return null;
  return { parent: Number(parent), startTime, name: line.slice(line.indexOf('(') + 1, end) };
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

// A process may go between two looks, and another user's may not be looked at: both say nothing.
function orEmpty<T>(read: () => T, empty: T): T {
  try {
    return read();
  } catch {
    return empty;
  }
}

function textOf(path: string): string {
  return orEmpty(() => readFileSync(path, 'utf8'), '');
}

function targetOf(link: string): string {
  return orEmpty(() => readlinkSync(link), '');
}

function namesIn(dir: string): readonly string[] {
  return orEmpty(() => readdirSync(dir), []);
}

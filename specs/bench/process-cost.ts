import { readdirSync, readFileSync } from 'node:fs';
import { livingPids, readProcess } from '../harness/process-tree.ts';

/** The kernel counts ended children's time in these (USER_HZ is 100 wherever node runs). */
const TICK_MS = 10;

/** What a group of processes has cost so far. Two looks tell what they cost in between. */
export interface Cost {
  /** CPU of the processes and of those of their children that have ended, in milliseconds. */
  readonly cpuMs: number;
  /** Page faults of children that have ended: each one that ever ran has had some. */
  readonly faultsOfEnded: number;
  /** The living children. */
  readonly children: ReadonlySet<string>;
}

export function costOf(pids: readonly number[]): Cost {
  const looks = pids.map(look);
  return {
    cpuMs: sum(looks.map(({ cpuMs }) => cpuMs)),
    faultsOfEnded: sum(looks.map(({ faultsOfEnded }) => faultsOfEnded)),
    children: new Set(childrenOf(pids).map(({ pid, startTime }) => `${pid} ${startTime}`)),
  };
}

/**
 * True when the processes have started no other between the two looks: none that still lives, and
 * none that ended and was waited for. Nothing counts the forks of one process, but this proves
 * that there were none, whatever else the machine was doing.
 */
export function provesNoFork(before: Cost, after: Cost): boolean {
  return (
    after.faultsOfEnded === before.faultsOfEnded &&
    [...after.children].every((child) => before.children.has(child))
  );
}

export function childrenOf(pids: readonly number[]) {
  return livingPids()
    .map(readProcess)
    .filter((one) => one !== null)
    .filter(({ parent }) => pids.includes(parent));
}

/** Resident memory in MB (10^6): now, and the most that it ever was. */
export function residentMb(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (line: RegExp): number => (Number(line.exec(status)?.[1]) * 1024) / 1e6;
  return { now: mb(/^VmRSS:\s+(\d+) kB$/m), peak: mb(/^VmHWM:\s+(\d+) kB$/m) };
}

/** Processes and threads that the whole machine has started since boot. */
export function machineForks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
}

function look(pid: number): Omit<Cost, 'children'> {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Numbered as in proc(5), where the state is field 3.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    cpuMs: ownCpuMs(pid) + TICK_MS * (field(16) + field(17)),
    faultsOfEnded: field(11) + field(13),
  };
}

/** In nanoseconds, unlike the ticks of `stat`, which a process that hardly runs may never reach. */
function ownCpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return sum(threads.map((id) => cpuOfThread(`/proc/${pid}/task/${id}`) / 1e6));
}

function cpuOfThread(folder: string): number {
  try {
    return Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return 0; // It has ended since it was listed.
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

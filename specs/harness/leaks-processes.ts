import { listeningSockets } from './listening-sockets.ts';
import {
  isAlive,
  livingPids,
  type ProcessFacts,
  readProcess,
  socketsHeldBy,
  withDescendants,
} from './process-tree.ts';
import { calledBySpec } from './spawned.ts';
import { tempDirsOf } from './temp-dir.ts';
import { until } from './until.ts';

/*
 * A process is the sandbox's when it is a child of this worker, when the sandbox's path stands in
 * its environment, its argv or its working directory, when it listens on a socket in there, or when
 * it descends from such a one. The environment alone would not do: tmux servers are started with a
 * clean one and agents with an exact one.
 */

// Judged once: looking at every process of the machine after each test would cost more than it.
// Only an orphan is looked at again: it may not have opened yet the socket that gives it away.
const strangers = new Set<number>(livingPids());
let ofTheFile: readonly ProcessFacts[] = [];

/** What runs at the start of a test is the file's, and not for the test to end. */
export function noteProcessesOfTheFile(sandbox: string): void {
  ofTheFile = sandboxProcesses(sandbox);
}

/** All that the sandbox has brought into being and that still runs. */
export function sandboxProcesses(sandbox: string): readonly ProcessFacts[] {
  const known = unjudgedProcesses();
  const holds = holderOf(listeningSockets(sandbox));
  const ours = withDescendants(
    known,
    (one) => one.parent === process.pid || mentions(one, sandbox) || holds(one),
  );
  const ourPids = new Set(ours.map(({ pid }) => pid));
  for (const { pid, parent } of known) if (!ourPids.has(pid) && parent !== 1) strangers.add(pid);
  return ours;
}

/** The sandbox's processes that are not the file's. */
export function processesOfTheTest(sandbox: string): readonly ProcessFacts[] {
  const all = sandboxProcesses(sandbox);
  const holds = holderOf(tempDirsOf('file').flatMap(listeningSockets));
  const kept = new Set(withDescendants(all, (one) => isOfTheFile(one) || holds(one)));
  return all.filter((one) => !kept.has(one));
}

/**
 * Ends what `find` still finds once it has had `graceMs` to go by itself.
 * Gives what had to be killed, each in words.
 */
export async function killStragglers(
  find: () => readonly ProcessFacts[],
  graceMs: number,
): Promise<readonly string[]> {
  const stragglers = await outlivers(find, graceMs);
  if (stragglers.length === 0) return [];
  await until(() => find().map(kill).length === 0, {
    withinMs: 2000,
    what: 'the killed to be gone',
  });
  return stragglers.map(inWords);
}

async function outlivers(find: () => readonly ProcessFacts[], graceMs: number) {
  let left: readonly ProcessFacts[] = [];
  const allGone = () => {
    left = find();
    return left.length === 0;
  };
  await until(allGone, { withinMs: graceMs, what: 'processes to end' }).catch(() => undefined);
  return left;
}

function unjudgedProcesses(): readonly ProcessFacts[] {
  const living = new Set(livingPids());
  for (const pid of strangers) if (!living.has(pid)) strangers.delete(pid);
  return [...living]
    .filter((pid) => !strangers.has(pid))
    .map(readProcess)
    .filter((one) => one !== null);
}

function mentions({ environment, argv, cwd }: ProcessFacts, path: string): boolean {
  return [environment, cwd, ...argv].some((text) => text.includes(path));
}

function holderOf(sockets: readonly { readonly inode: string }[]) {
  const inodes = new Set(sockets.map(({ inode }) => inode));
  return ({ pid }: ProcessFacts) =>
    pid !== process.pid && inodes.size > 0 && socketsHeldBy(pid).some((one) => inodes.has(one));
}

function isOfTheFile({ pid, startTime }: ProcessFacts): boolean {
  return ofTheFile.some((one) => one.pid === pid && one.startTime === startTime);
}

function kill(one: ProcessFacts): void {
  try {
    if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
  } catch {
    // Gone meanwhile: just what is wanted.
  }
}

function inWords({ pid, name, argv }: ProcessFacts): string {
  const kind = name.startsWith('tmux: server') ? 'tmux server' : 'process';
  const command = argv.join(' ').slice(0, 200) || name;
  const what = calledBySpec(pid);
  return `${kind} ${pid}${what === undefined ? '' : ` "${what}"`}: ${command}`;
}

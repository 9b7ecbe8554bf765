import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { livingPids, readProcess } from '../harness/process-tree.ts';
import type { FaultWorld } from './fault-world.ts';
import { type Fault, inWords, sessionIn } from './plan.ts';

/** Undoes a fault that lasts. */
type Undo = () => void;

const NOTHING: Undo = () => {};
const STUTTER_MS = 120;
const SLOW_S = 0.7;

/** Does it; what lasts is undone after its time, or when `signal` says that the time for faults is over. */
export async function carryOut(
  fault: Fault,
  world: FaultWorld,
  signal: AbortSignal,
): Promise<void> {
  world.trace.note(`FAULT ${inWords(fault)}`);
  if (fault.kind === 'server stutters') return await stutter(fault.forMs, world, signal);
  const undo = begin(fault, world);
  if (!('forMs' in fault)) return;
  await sleep(fault.forMs, undefined, { signal }).catch(() => {});
  undo();
  world.trace.note(`over: ${fault.kind}`);
}

function begin(fault: Exclude<Fault, { kind: 'server stutters' }>, world: FaultWorld): Undo {
  const { keeper, gate, clock } = world;
  switch (fault.kind) {
    case 'agent killed':
      return signalled(agentIn(fault.slot, world), 'SIGKILL');
    case 'agent stopped':
      return stopped(agentIn(fault.slot, world));
    case 'session killed':
      return killSession(fault.slot, world);
    case 'server killed':
      return signalled(serverOf(world), 'SIGKILL');
    case 'server stopped':
      return stopped(serverOf(world));
    case 'tmux fails':
      gate.failNext(fault.times);
      return signalled(clientsOf(world), 'SIGKILL');
    case 'tmux slow':
      gate.slowDown(SLOW_S);
      signalled(clientsOf(world), 'SIGKILL');
      return gate.open;
    case 'daemon killed':
      keeper.end('SIGKILL', fault.downMs);
      return NOTHING;
    case 'daemon ended':
      keeper.end('SIGTERM', fault.downMs);
      return NOTHING;
    case 'daemon killed at a step':
      keeper.killAtStep(fault.step);
      return NOTHING;
    case 'daemon stopped':
      return stopped(daemonOf(world));
    case 'disk full':
      return fillDisk(daemonOf(world));
    case 'clock jumps':
      clock.setAhead(fault.byDays);
      return () => clock.setAhead(0);
  }
}

/** The server answers in bursts: each command takes its time. */
async function stutter(forMs: number, world: FaultWorld, signal: AbortSignal): Promise<void> {
  for (let passed = 0; passed < forMs && !signal.aborted; passed += 2 * STUTTER_MS) {
    const goOn = stopped(serverOf(world));
    await sleep(STUTTER_MS);
    goOn();
    await sleep(STUTTER_MS);
  }
}

/** An operator's own command, which a server that hangs never carries out. */
function killSession(slot: number, { pool, trace }: FaultWorld): Undo {
  try {
    const command = ['-S', pool.socketPath, 'kill-session', '-t', `=${sessionIn(slot)}`];
    execFileSync('tmux', command, { env: pool.env, timeout: 1000, stdio: 'ignore' });
  } catch {
    trace.note('tmux did not do it');
  }
  return NOTHING;
}

/** No file grows any more: what is written beyond its end fails. */
function fillDisk(pids: readonly number[]): Undo {
  const limit = (bytes: string) => () => {
    for (const pid of pids) quietly(() => setFileLimit(pid, bytes));
  };
  limit('0')();
  return limit('unlimited');
}

function setFileLimit(pid: number, bytes: string): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { stdio: 'ignore' });
}

function stopped(pids: readonly number[]): Undo {
  signalled(pids, 'SIGSTOP');
  return () => {
    signalled(pids, 'SIGCONT');
  };
}

function signalled(pids: readonly number[], signal: NodeJS.Signals): Undo {
  for (const pid of pids) quietly(() => process.kill(pid, signal));
  return NOTHING;
}

/** What is gone meanwhile needs no fault. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Gone.
  }
}

function agentIn(slot: number, { witness }: FaultWorld): readonly number[] {
  const session = sessionIn(slot);
  return witness
    .living()
    .filter((agent) => agent.session === session)
    .map(({ pid }) => pid);
}

function daemonOf({ keeper }: FaultWorld): readonly number[] {
  const pid = keeper.pid();
  return pid === null ? [] : [pid];
}

/** Lets everything go on that has been stopped. */
export function wakeAll(world: FaultWorld): void {
  const agents = world.witness.living().map(({ pid }) => pid);
  signalled([...serverOf(world), ...daemonOf(world), ...agents], 'SIGCONT');
}

/** By /proc and not by asking: a server that is stopped does not answer. */
export function serverOf({ pool }: Pick<FaultWorld, 'pool'>): readonly number[] {
  const servers = livingPids()
    .map(readProcess)
    .filter((one) => one !== null)
    .filter(({ name, argv }) => name.startsWith('tmux: server') && argv.includes(pool.socketPath));
  // What a server has just forked looks like it until it runs its own program.
  return servers
    .filter(({ parent }) => !servers.some(({ pid }) => pid === parent))
    .map(({ pid }) => pid);
}

/** The daemon's connections to tmux. */
function clientsOf({ keeper }: FaultWorld): readonly number[] {
  const daemon = keeper.pid();
  return livingPids()
    .map(readProcess)
    .filter((one) => one?.parent === daemon && one.name.startsWith('tmux'))
    .map((one) => one?.pid ?? -1)
    .filter((pid) => pid > 0);
}

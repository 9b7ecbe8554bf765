import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainFixture } from '../harness/compiled.ts';
import { isAlive, livingPids, readProcess } from '../harness/process-tree.ts';

/** An agent, as it has noted itself down. */
export interface WitnessedAgent {
  readonly pid: number;
  readonly startTime: string;
  readonly session: string;
  readonly conversation: string | null;
}

/** The second one began while the first one still lived. */
export interface Overlap {
  readonly first: WitnessedAgent;
  readonly second: WitnessedAgent;
  /** What both are of: `conversation`, `session`. */
  readonly shared: readonly string[];
}

/** What the agents of a pool say of themselves; the daemon cannot write there. */
export interface Witness {
  /** Goes between the program and its arguments in `agent.command`. */
  readonly nodeOptions: readonly string[];
  /** Goes into `agent.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Every agent that ever began. */
  agents(): readonly WitnessedAgent[];
  living(): readonly WitnessedAgent[];
  overlaps(): readonly Overlap[];
  /** Processes that agents have left running: pid, and whether their agent still lives. */
  children(): readonly WitnessedChild[];
}

export interface WitnessedChild {
  readonly pid: number;
  readonly command: string;
  readonly isOfTheLiving: boolean;
}

/** Agents write below `dir`. */
export function witnessIn(dir: string): Witness {
  const preload = plainFixture('agent-witness.cjs');
  const agents = () => notesIn<WitnessedAgent>(join(dir, 'agents'));
  const living = () => agents().filter(isAlive);
  return {
    nodeOptions: ['--require', preload],
    env: { AGENT_WITNESS: dir },
    agents,
    living,
    overlaps: () => notesIn<Overlap>(join(dir, 'overlaps')),
    children: () => childrenBelow(dir, living()),
  };
}

function notesIn<T>(folder: string): readonly T[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

function childrenBelow(dir: string, living: readonly WitnessedAgent[]): readonly WitnessedChild[] {
  const names = new Set(living.map(({ pid, startTime }) => `${pid}-${startTime}`));
  return livingPids().flatMap((pid) => {
    const process = readProcess(pid);
    const variables = process?.environment.split('\0') ?? [];
    if (process === null || !variables.includes(`AGENT_WITNESS=${dir}`)) return [];
    const agent = variables.find((one) => one.startsWith('AGENT_WITNESSED='))?.split('=')[1];
    // An agent names itself only after its birth: what the kernel shows of it has no name.
    if (agent === undefined) return [];
    return [{ pid, command: process.argv.join(' '), isOfTheLiving: names.has(agent) }];
  });
}

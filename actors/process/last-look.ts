import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { pidsNow } from './process-table.ts';
import { startedBy } from './started-by.ts';

/** Linux tells start times in hundredths of a second, whatever the kernel itself counts in. */
const TICKS_PER_SECOND = 100;

/** Looks for what agents have left, and remembers of the last look of whom nothing was there. */
export interface LastLook {
  /** Looks now. */
  startedBy(agent: ProcessIdentity): readonly ProcessIdentity[];
  /**
   * Whether the last look has shown already that nothing is left of an agent that has ended: it had ended
   * by then, and nothing came from it. Only who has started something can have more.
   */
  hasNone(agent: ProcessIdentity): boolean;
}

interface Seen {
  /** The pids of all processes right before the look. */
  readonly pids: ReadonlySet<number>;
  /** What was started within these ticks since boot was looked at. */
  readonly fromTick: number;
  readonly untilTick: number;
  /** Of which agents something ran. */
  readonly agents: ReadonlySet<string>;
}

/**
 * When hundreds of agents die at once, with their tmux server, a look for each of them would cost seconds;
 * one look tells of all.
 */
export function createLastLook(): LastLook {
  let last: Seen | null = null;
  return {
    startedBy: (agent) => {
      const untilTick = ticksNow();
      const pids = new Set(pidsNow());
      const { processes, agents } = startedBy(agent);
      const fromTick = Number(agent.startTime);
      last = { pids, fromTick, untilTick, agents: new Set(agents.map(keyOf)) };
      return processes;
    },
    hasNone: (agent) => last !== null && isOver(last, agent) && !last.agents.has(keyOf(agent)),
  };
}

/** Its life lay before the look, all of it. */
function isOver({ pids, fromTick, untilTick }: Seen, { pid, startTime }: ProcessIdentity): boolean {
  const tick = Number(startTime);
  return fromTick <= tick && tick < untilTick && !pids.has(pid);
}

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid}:${startTime}`;
}

function ticksNow(): number {
  try {
    const [seconds] = readFileSync('/proc/uptime', 'utf8').split(' ');
    return Math.floor(Number(seconds) * TICKS_PER_SECOND);
  } catch {
    // Then no look tells of more than one agent.
    return 0;
  }
}

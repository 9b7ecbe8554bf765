import { setTimeout as sleep } from 'node:timers/promises';
import type { StepKiller } from '../harness/step-killer.ts';
import type { DaemonRun, LogLine } from '../harness/test-pool.ts';
import { logLineInWords, type Trace } from './trace.ts';

/** Keeps a daemon running, as pm2 does, and ends it in all the ways in which one can end. */
export interface DaemonKeeper {
  /** Starts the first daemon; from now on there is always a next one. */
  begin(): Promise<void>;
  /** The daemon that runs; null between two lives. */
  pid(): number | null;
  /** Ends the life that runs, if one does; the next one begins so much later. */
  end(how: 'SIGKILL' | 'SIGTERM', downMs: number): void;
  /** Whichever life comes to its n-th step from now on is killed right there. */
  killAtStep(step: number): void;
  /** No daemon is killed at a step any more. */
  spare(): void;
  /** Ends it for good, in order. Gives its exit code; null when it had to be killed. */
  finish(): Promise<number | null>;
  /** Ends that nobody has asked for, in words. */
  readonly unasked: () => readonly string[];
}

interface KeeperParts {
  readonly start: () => Promise<DaemonRun>;
  readonly killer: StepKiller;
  readonly trace: Trace;
}

const STEP_DOWN_MS = 100;
const FINISH_MS = 8000;

export function createKeeper({ start, killer, trace }: KeeperParts): DaemonKeeper {
  let run: DaemonRun | null = null;
  let asked: { readonly downMs: number } | null = null;
  let isOver = false;
  const unasked: string[] = [];
  let keeping: Promise<void> = Promise.resolve();

  const live = async (): Promise<void> => {
    const life = await start();
    run = life;
    trace.note(`daemon ${life.pid} begins`);
    const untold = tellLog(life, trace);
    const { code, signal } = await life.exited;
    untold();
    run = null;
    trace.note(`daemon ${life.pid} has ended: ${signal ?? code}`);
    // Nobody else kills a daemon that has not been asked to end.
    const downMs = asked?.downMs ?? (signal === 'SIGKILL' ? STEP_DOWN_MS : null);
    if (downMs === null && !isOver) {
      unasked.push(
        `daemon ${life.pid} ended by itself: ${signal ?? code}; ${life.stderr().slice(-500)}`,
      );
    }
    asked = null;
    await sleep(downMs ?? STEP_DOWN_MS);
  };
  const keep = async (): Promise<void> => {
    while (!isOver) await live();
  };
  return {
    begin: async () => {
      keeping = keep();
    },
    pid: () => run?.pid ?? null,
    end: (how, downMs) => {
      asked = { downMs };
      run?.child.kill(how);
    },
    killAtStep: (step) => killer.arm(step),
    spare: () => killer.disarm(),
    finish: async () => {
      isOver = true;
      const last = run;
      last?.child.kill('SIGTERM');
      const timer = setTimeout(() => last?.child.kill('SIGKILL'), FINISH_MS);
      const end = await last?.exited;
      clearTimeout(timer);
      await keeping;
      return end?.code ?? null;
    },
    unasked: () => unasked,
  };
}

/** Puts what the daemon logs into the trace, as it comes. */
function tellLog({ log }: DaemonRun, trace: Trace): () => void {
  let told = 0;
  const tell = () => {
    const lines: readonly LogLine[] = log.slice(told);
    told = log.length;
    for (const line of lines) trace.note(logLineInWords(line));
  };
  const timer = setInterval(tell, 20);
  return () => {
    clearInterval(timer);
    tell();
  };
}

import { parseArgs } from 'node:util';

export const PARTS = ['kills', 'tasks', 'failovers'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** What is measured, in this order. */
  readonly parts: readonly Part[];
  /** Pool sizes of the kills, measured one after the other. */
  readonly sessions: readonly number[];
  /** Kills of each kind and pool size. */
  readonly trials: number;
  /** How long idleness is watched, of each kind and pool size. */
  readonly idleMs: number;
  readonly tasks: TaskCounts;
  readonly failovers: FailoverCounts;
  readonly seed: number;
  readonly json: boolean;
  /** Where the kills are drawn, an SVG file; null = nowhere. */
  readonly plot: string | null;
  /** Where the tables about kills are written, as Markdown; null = nowhere. */
  readonly markdown: string | null;
}

/** How often each thing about tasks is done, each way. */
export interface TaskCounts {
  /** Accepted and claimed in one process. */
  readonly adds: number;
  /** Runs of the whole command. */
  readonly commands: number;
  /** Ends of a demo agent's turn with another task waiting; half of it in the usual way. */
  readonly turns: number;
  /** Tasks for demo agents, of each kind of delivery. */
  readonly demo: number;
  /** The same for real clients, and so many ends of their turns. */
  readonly real: number;
}

/** How many sessions are led from one account to another, each way. */
export interface FailoverCounts {
  /** With demo agents. */
  readonly demo: number;
  /** With the real client. */
  readonly real: number;
  /** Turns of each kind in which the real client only seems to meet a limit. */
  readonly traps: number;
}

export const USAGE = `npm run bench -- [options]
  --only PART        kills, tasks or failovers
  --sessions 10,100,300  pool sizes of the kills
  --trials 100       kills of each kind and pool size
  --idle 30          seconds of watching the idle daemon, and the poller
  --seed N           the same victims and moments again
  --quick            10 sessions, 20 trials, 5 seconds, few tasks and failovers: to see that it works
  --json             the report as JSON
  --plot FILE        draws the kills, as SVG, too
  --markdown FILE    writes the tables about kills, as Markdown, too`;

const TASKS: TaskCounts = { adds: 1000, commands: 20, turns: 100, demo: 50, real: 8 };
const FEW_TASKS: TaskCounts = { adds: 100, commands: 3, turns: 10, demo: 4, real: 1 };
const FAILOVERS: FailoverCounts = { demo: 50, real: 20, traps: 3 };
const FEW_FAILOVERS: FailoverCounts = { demo: 4, real: 2, traps: 1 };

/** Reads the command line. Throws an `Error` with a sentence for the person who typed it. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      sessions: { type: 'string' },
      trials: { type: 'string' },
      idle: { type: 'string' },
      seed: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      plot: { type: 'string' },
      markdown: { type: 'string' },
    },
  });
  const fallback = values.quick
    ? { sessions: '10', trials: '20', idle: '5' }
    : { sessions: '10,100,300', trials: '100', idle: '30' };
  const given = { ...fallback, ...values };
  return {
    parts: given.only === undefined ? PARTS : [partNamed(given.only)],
    sessions: given.sessions.split(',').map((text) => wholeNumber('sessions', text, 2)),
    trials: wholeNumber('trials', given.trials, 1),
    idleMs: 1000 * wholeNumber('idle', given.idle, 1),
    tasks: given.quick ? FEW_TASKS : TASKS,
    failovers: given.quick ? FEW_FAILOVERS : FAILOVERS,
    seed: wholeNumber('seed', given.seed ?? String(Date.now() % 1e6), 0),
    json: given.json,
    plot: given.plot ?? null,
    markdown: given.markdown ?? null,
  };
}

function partNamed(name: string): Part {
  const part = PARTS.find((one) => one === name);
  if (part !== undefined) return part;
  throw new Error(`--only wants ${PARTS.join(' or ')}, not ${name}`);
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least) return number;
  throw new Error(`--${name} wants whole numbers from ${least} on, not ${text}`);
}

import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Pool sizes, measured one after the other. */
  readonly sessions: readonly number[];
  /** Kills of each kind and pool size. */
  readonly trials: number;
  /** How long idleness is watched, of each kind and pool size. */
  readonly idleMs: number;
  readonly seed: number;
  readonly json: boolean;
}

export const USAGE = `npm run bench -- [options]
  --sessions 10,100  pool sizes
  --trials 100       kills of each kind and pool size
  --idle 30          seconds of watching the idle daemon, and the poller
  --seed N           the same victims and moments again
  --quick            10 sessions, 20 trials, 5 seconds: to see that it works
  --json             the report as JSON`;

/** Reads the command line. Throws an `Error` with a sentence for the person who typed it. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      sessions: { type: 'string' },
      trials: { type: 'string' },
      idle: { type: 'string' },
      seed: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const fallback = values.quick
    ? { sessions: '10', trials: '20', idle: '5' }
    : { sessions: '10,100', trials: '100', idle: '30' };
  const given = { ...fallback, ...values };
  return {
    sessions: given.sessions.split(',').map((text) => wholeNumber('sessions', text, 2)),
    trials: wholeNumber('trials', given.trials, 1),
    idleMs: 1000 * wholeNumber('idle', given.idle, 1),
    seed: wholeNumber('seed', given.seed ?? String(Date.now() % 1e6), 0),
    json: given.json,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least) return number;
  throw new Error(`--${name} wants whole numbers from ${least} on, not ${text}`);
}

import { parseArgs } from 'node:util';

export interface FaultsOptions {
  /** The seed of the first round; the next rounds have the next ones. null: one that nobody has chosen. */
  readonly seed: number | null;
  /** After so long, which begins after the fixed ones, no round begins. */
  readonly seconds: number;
  readonly rounds: number;
  /** The same rounds every time, before the others. */
  readonly fixed: readonly number[];
}

export const USAGE = `npm run faults -- [options]
  --seed N       this round again (and with --rounds M, those of the next seeds)
  --rounds N     so many rounds
  --seconds S    new rounds begin for so long
Without any: a short fixed set of rounds, then fresh ones.`;

/** Of each kind of fault at least one, on both kinds of servers. */
const FIXED: readonly number[] = [1, 26, 107];
const FRESH_SECONDS = 60;

/** Reads the command line; null when help is asked for. Throws an `Error` with a sentence for the person who typed it. */
export function parseOptions(argv: readonly string[]): FaultsOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return null;
  const seed = numberOr(null, 'seed', values.seed, 0);
  const rounds = numberOr(null, 'rounds', values.rounds, 1);
  const seconds = numberOr(null, 'seconds', values.seconds, 1);
  const isPlain = seed === null && rounds === null && seconds === null;
  const isTimed = rounds === null && (seconds !== null || isPlain);
  return {
    seed,
    seconds: seconds ?? (isPlain ? FRESH_SECONDS : Number.POSITIVE_INFINITY),
    rounds: rounds ?? (isTimed ? Number.POSITIVE_INFINITY : 1),
    fixed: isPlain ? FIXED : [],
  };
}

function numberOr<T>(fallback: T, name: string, text: string | undefined, least: number) {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number < 2 ** 31) return number;
  throw new Error(`--${name} wants a whole number from ${least} on, not ${text}`);
}

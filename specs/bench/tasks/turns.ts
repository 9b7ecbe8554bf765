import type { TestPool } from '../../harness/test-pool.ts';
import { until } from '../../harness/until.ts';
import { type ComparedTable, compared } from '../compared.ts';
import type { QueueContestant } from './contestant.ts';
import { startOurQueue } from './our-queue.ts';
import { type TurnTrial, turnsIn } from './turn-trials.ts';
import { startUsualQueue } from './usual-queue.ts';

const PER_ROUND = 25;
const LEAST_USUAL = 10;
const PATIENCE_MS = 300_000;

export interface Turning {
  /** What runs in the pools, which are of the same size. */
  readonly agent: string;
  readonly ours: TestPool;
  readonly usual: TestPool;
  readonly count: number;
  /** The next task. Turns end at any moment of the poller's period. */
  readonly text: () => string;
}

/**
 * Ends of turns while other tasks wait, in turns; of many, half as many in the usual way, which takes
 * its time. Whoever is not measured rests.
 */
export async function measureTurns(turning: Turning): Promise<ComparedTable> {
  const ours = await startOurQueue(turning.ours);
  const usual = await startUsualQueue(turning.usual);
  const trials = { ours: [] as TurnTrial[], usual: [] as TurnTrial[] };
  for (let left = turning.count; left > 0; left -= PER_ROUND) {
    const round = Math.min(left, PER_ROUND);
    const fewer = Math.max(Math.ceil(round / 2), Math.min(round, LEAST_USUAL));
    trials.usual.push(...(await runRound(usual, fewer, turning)));
    trials.ours.push(...(await runRound(ours, round, turning)));
  }
  return tableOf(turning, trials.ours, trials.usual);
}

/** The last task of each session has none after it. */
async function runRound(
  { events, add, work, rest, watchBirths }: QueueContestant,
  count: number,
  { text, ours }: Turning,
): Promise<readonly TurnTrial[]> {
  const before = events.all.length;
  const texts = Array.from({ length: count + ours.config.pool.autonomous.max }, text);
  const unwatch = watchBirths();
  await add(texts);
  await work();
  const ended = () =>
    events.all.slice(before).filter(({ told }) => told.kind === 'ended').length >= texts.length;
  await until(ended, { withinMs: PATIENCE_MS, what: 'the tasks of a round to end' });
  await rest();
  unwatch();
  return turnsIn(events.all.slice(before));
}

function tableOf(
  { agent, ours: { config } }: Turning,
  ours: readonly TurnTrial[],
  usual: readonly TurnTrial[],
): ComparedTable {
  const row = (what: string, key: keyof TurnTrial) =>
    compared(
      what,
      ours.map((trial) => trial[key]),
      usual.map((trial) => trial[key]),
    );
  const missed = (trials: readonly TurnTrial[]) =>
    trials.filter(({ promptedMs }) => promptedMs === null).length;
  return {
    title: `Turn ended, ${config.pool.autonomous.max} ${agent}s, a queue`,
    usual: 'poller',
    rows: [
      row('→ known', 'endedMs'),
      row('→ next task leased', 'givenMs'),
      row('→ next agent launched', 'bornMs'),
      row('→ next prompt taken', 'promptedMs'),
    ],
    missed: { ours: missed(ours), usual: missed(usual) },
  };
}

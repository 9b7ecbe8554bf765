import type { ComparedTable } from './compared.ts';
import type { Contestant, Trial } from './contestant.ts';
import type { FalseMoves } from './failovers/false-moves.ts';
import type { Idleness } from './idleness.ts';
import type { Machine } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { type Summary, summarise } from './summary.ts';

/** All that one run has measured. Times in milliseconds. */
export interface Report {
  readonly startedAt: string;
  readonly durationS: number;
  readonly machine: Machine;
  /** Load average of the last minute, before and after. */
  readonly load: readonly [number, number];
  readonly options: Omit<BenchOptions, 'json' | 'plot' | 'markdown'>;
  /** By pool size; empty when kills were not measured. */
  readonly kills: readonly Result[];
  /** Empty when tasks were not measured. */
  readonly tasks: readonly ComparedTable[];
  /** Empty when failovers were not measured. */
  readonly failovers: readonly ComparedTable[];
  /** Empty when failovers of real clients were not measured. */
  readonly falseMoves: readonly FalseMoves[];
}

export interface Result {
  readonly sessions: number;
  readonly ours: Measured;
  readonly usual: Measured;
  readonly pm2: Measured;
  /** What the poller took to look at all sessions once. */
  readonly sweep: Summary;
}

export interface Measured {
  readonly killedToNoticed: Summary;
  readonly killedToReplaced: Summary;
  readonly noticedToReplaced: Summary;
  readonly killedToRunning: Summary;
  /** Kills that came to nothing within 15 s. */
  readonly missed: number;
  /** From the start of the supervisor's program until the last agent of the pool was at its prompt. */
  readonly createdMs: number;
  readonly idle: Idleness;
}

export function measured(
  trials: readonly Trial[],
  { createdMs }: Contestant,
  idle: Idleness,
): Measured {
  const all = (of: (trial: Trial) => number | null): Summary =>
    summarise(trials.map(of).filter((ms) => ms !== null));
  return {
    killedToNoticed: all(({ noticedMs }) => noticedMs),
    killedToReplaced: all(({ replacedMs }) => replacedMs),
    noticedToReplaced: all(({ noticedMs, replacedMs }) =>
      noticedMs === null || replacedMs === null ? null : replacedMs - noticedMs,
    ),
    killedToRunning: all(({ runningMs }) => runningMs),
    missed: trials.filter(({ runningMs }) => runningMs === null).length,
    createdMs,
    idle,
  };
}

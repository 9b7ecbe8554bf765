import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { type ComparedTable, compared } from '../compared.ts';
import type { SwitchingContestant } from './contestant.ts';
import type { Limits } from './limits.ts';
import { startOurSwitching } from './our-switching.ts';
import { runSwitch } from './run-switch.ts';
import type { Switching } from './switch-pools.ts';
import type { SwitchTrial } from './switch-trial.ts';
import { startUsualSwitching } from './usual-switching.ts';

const PER_ROUND = 5;
/** Before each one, so long at most: each meets the poller at another moment of its period. */
const PAUSE_MS = { ours: 60, usual: 1000 };

const ROWS = [
  ['→ known', 'knownMs'],
  ['→ old agent gone', 'goneMs'],
  ['→ resume issued', 'issuedMs'],
  ['  old agent gone → resume issued', 'betweenMs'],
  ['→ prompt to go on taken', 'promptedMs'],
  ['→ its turn has ended', 'stoppedMs'],
  ['→ recorded in the store', 'recordedMs'],
] as const satisfies readonly (readonly [string, keyof SwitchTrial])[];

type Trials = readonly (SwitchTrial | null)[];

/** So many failovers each way, one after the other, in turns. Whoever is not measured rests. */
export async function measureSwitches(
  { agent, count, ours, usual }: Switching,
  chance: Chance,
): Promise<ComparedTable> {
  const ourTurn = turnsOf(await startOurSwitching(ours.pool), ours.limits);
  const usualTurn = turnsOf(await startUsualSwitching(usual.pool), usual.limits);
  const trials: Record<'ours' | 'usual', Trials> = { ours: [], usual: [] };
  for (let left = count; left > 0; left -= PER_ROUND) {
    const round = Math.min(left, PER_ROUND);
    const pause = (maxMs: number) => () => sleep(chance.below(maxMs));
    trials.usual = [...trials.usual, ...(await usualTurn(round, pause(PAUSE_MS.usual)))];
    trials.ours = [...trials.ours, ...(await ourTurn(round, pause(PAUSE_MS.ours)))];
  }
  return tableOf(agent, trials.ours, trials.usual);
}

function turnsOf(contestant: SwitchingContestant, limits: Limits) {
  return async (count: number, pause: () => Promise<void>): Promise<Trials> => {
    const trials: (SwitchTrial | null)[] = [];
    await contestant.work();
    for (let n = 0; n < count; n += 1) {
      await pause();
      trials.push(await runSwitch(contestant, limits));
    }
    await contestant.rest();
    return trials;
  };
}

function tableOf(agent: string, ours: Trials, usual: Trials): ComparedTable {
  const all = (trials: Trials, key: keyof SwitchTrial) =>
    trials.map((trial) => trial?.[key] ?? null);
  const missed = (trials: Trials) => all(trials, 'stoppedMs').filter((ms) => ms === null).length;
  return {
    title: `A ${agent} meets the limit`,
    usual: 'poller',
    rows: ROWS.map(([what, key]) =>
      compared(what, all(ours, key), key === 'recordedMs' ? null : all(usual, key)),
    ),
    missed: { ours: missed(ours), usual: missed(usual) },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { makeRealClientPool, type RealClientPool } from '../../harness/real-client-pool.ts';
import type { SwitchingContestant } from './contestant.ts';
import { startOurSwitching } from './our-switching.ts';
import { next } from './run-switch.ts';
import { setTrap, TRAPS, type Trap } from './traps.ts';
import { startUsualSwitching } from './usual-switching.ts';

/** How often sessions left an account that was not at its limit. */
export interface FalseMoves {
  /** What happened in the turn. */
  readonly what: string;
  readonly ours: Counted;
  readonly usual: Counted;
}

export interface Counted {
  /** Turns of this kind that came to an end. */
  readonly turns: number;
  /** Those after which the session left its account. */
  readonly moved: number;
}

/** Longer than two periods of the poller: for so long it is waited for a move after a turn. */
const AFTER_MS = 2500;

/** One try at once, of the client and of the task: what fails is over soon. */
const OPTIONS = {
  env: { CLAUDE_CODE_MAX_RETRIES: '0' },
  config: {
    failover: { strategy: 'spread', reset_margin: '0s', cooldown: '0s' },
    tasks: { max_attempts: 1 },
  },
};

/** Each kind of trap so often, each way, with real clients. Whoever is not measured rests. */
export async function measureFalseMoves(count: number): Promise<readonly FalseMoves[]> {
  const ours = await trapped(startOurSwitching);
  const usual = await trapped(startUsualSwitching);
  const rows: FalseMoves[] = [];
  for (const trap of TRAPS) {
    rows.push({ what: trap.what, usual: await usual(trap, count), ours: await ours(trap, count) });
  }
  return rows;
}

async function trapped(start: (pool: RealClientPool) => Promise<SwitchingContestant>) {
  const pool = await makeRealClientPool(1, OPTIONS);
  const contestant = await start(pool);
  return async (trap: Trap, count: number): Promise<Counted> => {
    setTrap(pool, trap);
    const ends: TrapEnd[] = [];
    await contestant.work();
    for (let n = 0; n < count; n += 1) ends.push(await runTrap(contestant, trap));
    await contestant.rest();
    return countEnds(ends);
  };
}

/** What came of a turn; null = it did not end. */
type TrapEnd = 'stayed' | 'moved' | null;

function countEnds(ends: readonly TrapEnd[]): Counted {
  return {
    turns: ends.filter((end) => end !== null).length,
    moved: ends.filter((end) => end === 'moved').length,
  };
}

async function runTrap({ events, ask }: SwitchingContestant, { text }: Trap): Promise<TrapEnd> {
  const since = events.all.length;
  await ask(text);
  const hasEnded = await endOfTurn(events, since);
  await sleep(AFTER_MS);
  const known = events.all.findIndex(({ told }, at) => at >= since && told.kind === 'known');
  // Its next client has taken a prompt, too: the next turn must not meet that.
  if (known >= 0) await endOfTurn(events, known);
  if (known >= 0) return 'moved';
  return hasEnded ? 'stayed' : null;
}

async function endOfTurn(events: SwitchingContestant['events'], since: number): Promise<boolean> {
  const ends = await Promise.race([next(events, 'stopped', since), next(events, 'failed', since)]);
  return ends !== null;
}

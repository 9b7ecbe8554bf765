import type { TestPool } from '../harness/test-pool.ts';
import { type Birth, birthsOn } from './births.ts';
import { type ForkedPoller, forkPoller } from './forked-poller.ts';
import { type HookEvent, listenToHooks } from './hook-pipe.ts';

export interface Usual<Told> {
  /** Its program, below `specs/bench`. */
  readonly poller: string;
  /** What it needs to know. */
  readonly task: object;
  readonly hear: (event: HookEvent | Birth | Told) => void;
}

export interface UsualContestant extends Pick<ForkedPoller, 'say'> {
  work(): Promise<void>;
  rest(): Promise<void>;
  watchBirths(): () => void;
}

/** A poller in the place of the daemon of this pool, heard together with the agents' own hooks. It rests. */
export async function startUsual<Told extends object>(
  pool: TestPool,
  { poller, task, hear }: Usual<Told>,
): Promise<UsualContestant> {
  listenToHooks(pool, hear);
  const { order, say, isUp } = forkPoller<Told>(poller, { task, env: pool.env, hear });
  await isUp;
  return {
    say,
    work: () => order('sweep'),
    rest: () => order('rest'),
    watchBirths: birthsOn(pool, hear),
  };
}

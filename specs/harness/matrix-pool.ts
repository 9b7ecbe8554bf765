import { makeRealClientPool, type RealClientPool } from './real-client-pool.ts';
import { type TaskDesk, taskDesk } from './task-desk.ts';
import type { DaemonRun } from './test-pool.ts';

/** A running pool in which rows of the matrix are played. */
export interface MatrixPool extends RealClientPool {
  readonly run: DaemonRun;
  readonly desk: TaskDesk;
}

export interface MatrixOptions {
  readonly max: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Makes the login of a home another; gives the token by which the stub knows it then. */
  readonly signIn?: (home: string, name: string) => string;
}

/** Each request of its clients is made once, and each task is tried twice. */
export async function openMatrixPool({ max, env, signIn }: MatrixOptions): Promise<MatrixPool> {
  const pool = await makeRealClientPool(max, {
    env: { CLAUDE_CODE_MAX_RETRIES: '0', ...env },
    config: {
      failover: { strategy: 'priority', reset_margin: '1s', cooldown: '0s' },
      tasks: { retry_backoff: '0s', max_attempts: 2 },
      reconcile: { interval: '1s' },
    },
  });
  const tokens =
    signIn === undefined
      ? pool.tokens
      : Object.fromEntries(
          pool.config.accounts.map(({ name, home }) => [name, signIn(home, name)]),
        );
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready', 90_000);
  return { ...pool, tokens, desk, run };
}

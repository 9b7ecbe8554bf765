import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionReport } from '../../supervisor/status-report.ts';
import { type AttachedOperator, attachOperator, seeingAgent } from './attached-operator.ts';
import { filesBelow } from './files-below.ts';
import { noteReceivedBytes, type ReceivedBytes } from './received-bytes.ts';
import { tempDir } from './temp-dir.ts';
import { makeTestPool, type PoolOptions, type TestPool } from './test-pool.ts';
import { until } from './until.ts';

/** The session that belongs to a person and their project. */
export const MINE = 'ccl-1-conform';

export interface DedicatedPool extends TestPool {
  /** Every byte that its agents have read. */
  readonly received: ReceivedBytes;
}

/** One autonomous session, and `MINE` on this account. */
export function makeDedicatedPool(
  account: string,
  { project = tempDir(), config = {} }: Pick<PoolOptions, 'config'> & { project?: string } = {},
): DedicatedPool {
  const received = noteReceivedBytes();
  const dedicated = [{ name: MINE, project, account }];
  const autonomous = { prefix: 'ccl-auto-', start_index: 11, max: 1 };
  const pool = makeTestPool({
    config: {
      ...config,
      pool: { autonomous, dedicated },
      agent: { ...config['agent'], env: received.env },
    },
  });
  return { ...pool, received };
}

/** A person who has attached to `MINE`, and sees its agent. */
export async function attachToMine(pool: TestPool): Promise<AttachedOperator> {
  return seeingAgent(await attachOperator(pool, MINE));
}

/** Waits until `MINE` is at its prompt on this account. */
export function mineIsOn(
  pool: TestPool,
  account: string,
  { withinMs }: { readonly withinMs: number },
): Promise<SessionReport> {
  const isThere = async () => {
    const session = await pool.session(MINE);
    return session.account === account && session.substate === 'ready' ? session : null;
  };
  return until(isThere, { withinMs, what: 'the dedicated session to have moved' });
}

/** The clients that are attached to `MINE`, and to which session; changes when one is not the same any more. */
export function clientsOf(pool: TestPool): string {
  return pool.tmux('list-clients', '-t', `=${MINE}`, '-F', '#{client_pid} #{session_id}');
}

/** All that was ever said in the conversation, byte by byte. */
export function transcriptOf(pool: TestPool, conversation: string | null): string {
  const file = filesBelow(pool.dir).find((one) => one.endsWith(`${conversation}.jsonl`));
  return file === undefined ? '' : readFileSync(join(pool.dir, file), 'utf8');
}

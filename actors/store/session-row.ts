import type { Selectable } from 'kysely';
import type {
  LaunchIntent,
  ProcessIdentity,
  SessionFacts,
  SessionTrouble,
} from '../../machines/ports.ts';
import { factOf, textOf } from './json-column.ts';
import type { SessionTable } from './session-tables.ts';

/** What the store adds: whose row it is, and when it was written. */
type Written = 'scope' | 'updated_at';

/** The whole record as columns. */
export function rowOfSession(facts: SessionFacts): Omit<SessionTable, Written> {
  return {
    name: facts.name,
    mark: facts.mark,
    account: facts.account,
    workdir: facts.workdir,
    conversation: facts.conversation,
    has_transcript: Number(facts.hasTranscript),
    agent_pid: facts.agent?.pid ?? null,
    agent_start_time: facts.agent?.startTime ?? null,
    previous_pid: facts.previous?.pid ?? null,
    previous_start_time: facts.previous?.startTime ?? null,
    boot_id: facts.bootId,
    restarts: facts.restarts,
    crashed_at: facts.crashedAt,
    failed_at: facts.failed?.at ?? null,
    failed_code: facts.failed?.code ?? null,
    failed_reason: facts.failed?.reason ?? null,
    held: Number(facts.held),
    trouble: textOf(facts.trouble),
  };
}

/**
 * The columns that an intent decides: all earlier agents of the session are confirmed dead by then. The
 * boot of the last record says nothing of the agent that is started now: it goes with them.
 */
export function rowOfIntent(intent: LaunchIntent) {
  const { mark, account, workdir, conversation, hasTranscript } = intent;
  return {
    ...{ mark, account, workdir, conversation, has_transcript: Number(hasTranscript) },
    ...{ agent_pid: null, agent_start_time: null },
    ...{ previous_pid: null, previous_start_time: null },
    boot_id: '',
  } satisfies Partial<SessionTable>;
}

/** A session of which nothing but an intent was ever stored. */
export const NOTHING_ELSE_KNOWN = {
  restarts: 0,
  crashed_at: null,
  failed_at: null,
  failed_code: null,
  failed_reason: null,
  held: 0,
  trouble: null,
} as const satisfies Partial<SessionTable>;

export function sessionOfRow(row: Selectable<SessionTable>): SessionFacts {
  return {
    name: row.name,
    mark: row.mark,
    account: row.account,
    workdir: row.workdir,
    conversation: row.conversation,
    hasTranscript: row.has_transcript === 1,
    agent: identityOf(row.agent_pid, row.agent_start_time),
    previous: identityOf(row.previous_pid, row.previous_start_time),
    bootId: row.boot_id,
    restarts: row.restarts,
    crashedAt: row.crashed_at,
    failed: failureOfRow(row),
    held: row.held === 1,
    // A file that is only read may be older than this column.
    trouble: factOf<SessionTrouble>(row.trouble ?? null),
  };
}

/** The two columns of a process; null when there was none. */
export function identityOf(pid: number | null, startTime: string | null): ProcessIdentity | null {
  return pid === null || startTime === null ? null : { pid, startTime };
}

function failureOfRow({ failed_at, failed_code, failed_reason }: Selectable<SessionTable>) {
  if (failed_at === null || failed_code === null || failed_reason === null) return null;
  return { at: failed_at, code: failed_code, reason: failed_reason };
}

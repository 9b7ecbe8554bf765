import type { Selectable } from 'kysely';
import type { SessionFacts } from '../../machines/ports.ts';
import type { SessionTable } from './schema.ts';

/** The whole record as columns; the caller adds `updated_at`. */
export function rowOfSession(facts: SessionFacts): Omit<SessionTable, 'updated_at'> {
  return {
    name: facts.name,
    mark: facts.mark,
    account: facts.account,
    workdir: facts.workdir,
    conversation: facts.conversation,
    has_transcript: Number(facts.hasTranscript),
    agent_pid: facts.agent?.pid ?? null,
    agent_start_time: facts.agent?.startTime ?? null,
    restarts: facts.restarts,
    crashed_at: facts.crashedAt,
    failed_at: facts.failed?.at ?? null,
    failed_code: facts.failed?.code ?? null,
    failed_reason: facts.failed?.reason ?? null,
    held: Number(facts.held),
  };
}

export function sessionOfRow(row: Selectable<SessionTable>): SessionFacts {
  return {
    name: row.name,
    mark: row.mark,
    account: row.account,
    workdir: row.workdir,
    conversation: row.conversation,
    hasTranscript: row.has_transcript === 1,
    agent: agentOfRow(row),
    restarts: row.restarts,
    crashedAt: row.crashed_at,
    failed: failureOfRow(row),
    held: row.held === 1,
  };
}

function agentOfRow({ agent_pid, agent_start_time }: Selectable<SessionTable>) {
  if (agent_pid === null || agent_start_time === null) return null;
  return { pid: agent_pid, startTime: agent_start_time };
}

function failureOfRow({ failed_at, failed_code, failed_reason }: Selectable<SessionTable>) {
  if (failed_at === null || failed_code === null || failed_reason === null) return null;
  return { at: failed_at, code: failed_code, reason: failed_reason };
}

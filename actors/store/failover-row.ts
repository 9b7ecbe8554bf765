import type { Selectable } from 'kysely';
import type { Evidence } from '../../machines/accounts.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import type { FailoverTable } from './account-tables.ts';
import { factOf, textOf } from './json-column.ts';

/** The whole record as columns; the store adds whose session it is. */
export function rowOfFailover(facts: FailoverFacts): Omit<FailoverTable, 'seq' | 'scope'> {
  return {
    id: facts.id,
    session: facts.session,
    conversation: facts.conversation,
    from_account: facts.from,
    to_account: facts.to,
    reason: facts.reason,
    evidence: textOf(facts.evidence),
    step: facts.step,
    wanted: facts.wanted,
    tried: JSON.stringify(facts.tried),
    not_before: facts.notBefore,
    error: facts.error,
    started_at: facts.startedAt,
    changed_at: facts.changedAt,
    ended_at: facts.endedAt,
  };
}

/** The record that `rowOfFailover` has made these columns of. */
export function failoverOfRow(row: Selectable<FailoverTable>): FailoverFacts {
  return {
    id: row.id,
    session: row.session,
    conversation: row.conversation,
    from: row.from_account,
    to: row.to_account,
    reason: row.reason,
    evidence: factOf<Evidence>(row.evidence),
    step: row.step,
    wanted: row.wanted,
    tried: JSON.parse(row.tried) as readonly string[],
    notBefore: row.not_before,
    error: row.error,
    startedAt: row.started_at,
    changedAt: row.changed_at,
    endedAt: row.ended_at,
  };
}

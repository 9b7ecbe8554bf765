import type { Insertable, Selectable } from 'kysely';
import type { CrashFact, DeathCause } from '../../machines/ports.ts';
import type { CrashTable } from './session-tables.ts';

export function rowOfCrash(
  { scope, session }: Pick<CrashTable, 'scope' | 'session'>,
  crash: CrashFact,
): Insertable<CrashTable> {
  return {
    scope,
    session,
    at: crash.at,
    monotonic_ms: crash.monotonicMs,
    boot_id: crash.bootId,
    cause: JSON.stringify(crash.cause),
    pid: crash.pid,
    state: crash.state,
    last_screen: crash.lastScreen,
  };
}

export function crashOfRow(row: Selectable<CrashTable>): CrashFact {
  return {
    at: row.at,
    monotonicMs: row.monotonic_ms,
    bootId: row.boot_id,
    // Written by `rowOfCrash` only; a file that was meddled with fails the quick check or the parse.
    cause: JSON.parse(row.cause) as DeathCause,
    pid: row.pid,
    state: row.state,
    lastScreen: row.last_screen,
  };
}

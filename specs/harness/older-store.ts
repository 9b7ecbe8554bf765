import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqliteDatabase } from '../../actors/store/sqlite-module.ts';
import type { SessionFacts } from '../../machines/ports.ts';
import { sessionFacts } from './facts.ts';
import { tempDir } from './temp-dir.ts';

const BEFORE_ACCOUNTS = fileURLToPath(
  new URL('../fixtures/store-before-accounts.sql', import.meta.url),
);

/** The session that stands in it, as this version reads it. */
export const OLD_SESSION: SessionFacts = sessionFacts({
  hasTranscript: true,
  restarts: 3,
  crashedAt: 1_700_000_000_123,
  held: true,
});

/** The task that stands in it. */
export const OLD_TASK = 't_01HF7YAT00TASKFR0MBEF0REAC';

/** A store as the last version before accounts has left it; its file. */
export function storeBeforeAccounts(): string {
  const file = join(tempDir(), 'facts.db');
  onFile(file, (raw) => {
    raw.pragma('journal_mode = WAL');
    raw.exec(readFileSync(BEFORE_ACCOUNTS, 'utf8'));
  });
  return file;
}

/** The same as the first version has left it, which had no tasks. */
export function storeBeforeTasks(): string {
  const file = storeBeforeAccounts();
  onFile(file, (raw) => {
    for (const table of ['task_history', 'task_dependency', 'task_text', 'task']) {
      raw.exec(`drop table ${table}`);
    }
    raw.exec(`delete from kysely_migration where name = '0002-tasks'`);
  });
  return file;
}

/** Makes of a store that is open nowhere the one that the version before `probes` would have left. */
export function forgetProbes(file: string): void {
  onFile(file, (raw) => {
    raw.exec('alter table account drop column probes');
    raw.exec(`delete from kysely_migration where name = '0005-account-probes'`);
  });
}

/** What `look` gives of the database in the file, which is made when it is missing. */
export function onFile<T>(file: string, look: (raw: InstanceType<typeof SqliteDatabase>) => T): T {
  const raw = new SqliteDatabase(file);
  try {
    return look(raw);
  } finally {
    raw.close();
  }
}

/** 'ok' when SQLite finds nothing wrong in the file. */
export function integrity(file: string): unknown {
  return onFile(file, (raw) => raw.pragma('integrity_check', { simple: true }));
}

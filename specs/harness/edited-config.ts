import { readFileSync, writeFileSync } from 'node:fs';
import type { TestPool } from './test-pool.ts';

/** The config of a test pool as its file has it: JSON is YAML, too. */
export interface ConfigText {
  accounts: { name: string; home: string; priority: number }[];
  pool: {
    autonomous: Record<string, unknown>;
    dedicated?: Record<string, unknown>[];
  };
  [key: string]: unknown;
}

/** The operator edits the config of a pool that may be running. */
export function editConfig({ file }: TestPool, edit: (text: ConfigText) => void): void {
  const text = JSON.parse(readFileSync(file, 'utf8')) as ConfigText;
  edit(text);
  writeFileSync(file, JSON.stringify(text, null, 2));
}

/** The same for the number of sessions. */
export function setMax(pool: TestPool, max: number): void {
  editConfig(pool, (text) => {
    text.pool.autonomous['max'] = max;
  });
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestPool } from './test-pool.ts';

/** What the clients themselves say they were asked, by a hook of the operator's own. */
export interface HeardPrompts {
  /** The prompts with this text in them, however often each was submitted, oldest first. */
  with(text: string): readonly string[];
}

/** Puts a hook into every account's own settings, beside whatever stands there. */
export function hearPrompts(pool: TestPool): HeardPrompts {
  const folder = join(pool.dir, 'heard');
  mkdirSync(folder, { recursive: true });
  // One file for each: a long prompt comes in several writes, and other sessions write meanwhile.
  const command = `cat > '${folder}'/$$-$(date +%s%N).json`;
  for (const { home } of pool.config.accounts) {
    const file = join(home, 'settings.json');
    const settings = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const hooks = { UserPromptSubmit: [{ hooks: [{ type: 'command', command }] }] };
    writeFileSync(file, JSON.stringify({ ...settings, hooks }));
  }
  return {
    with: (text) =>
      readdirSync(folder)
        .toSorted((one, other) => timeIn(one).localeCompare(timeIn(other)))
        .flatMap((name) => promptIn(join(folder, name)))
        .filter((prompt) => prompt.includes(text)),
  };
}

/** When the hook ran, by the name of its file. */
function timeIn(name: string): string {
  return name.split('-')[1] ?? '';
}

function promptIn(file: string): readonly string[] {
  try {
    const { prompt } = JSON.parse(readFileSync(file, 'utf8')) as { prompt?: string };
    return prompt === undefined ? [] : [prompt];
  } catch {
    // Still being written.
    return [];
  }
}

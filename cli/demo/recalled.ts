import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Question {
  /** The shared `projects` directory. */
  readonly projects: string;
  readonly conversation: string;
  /** What was typed, `[[demo:recall]]` in it; of all the prompts of the conversation, this one alone reads so. */
  readonly prompt: string;
}

/**
 * What a demo agent answered to `prompt`: all prompts of its conversation before that one, the oldest
 * first. Read from the transcript, as the agent after it would. null as long as there is no answer.
 */
export function recalledPrompts({ projects, conversation, prompt }: Question): Recalled {
  for (const row of rowsOf(projects, conversation)) {
    const [, list = '[]'] = /DEMO-RECALL: (.+)/.exec(textOf(row)) ?? [];
    const prompts: readonly string[] = JSON.parse(list);
    if (prompts.at(-1) === prompt) return prompts.slice(0, -1);
  }
  return null;
}

type Recalled = readonly string[] | null;

interface Row {
  readonly type: string;
  readonly message?: { readonly content?: unknown };
}

function rowsOf(projects: string, conversation: string): readonly Row[] {
  const file = readdirSync(projects)
    .map((project) => join(projects, project, `${conversation}.jsonl`))
    .find(existsSync);
  if (file === undefined) return [];
  // The last line may still be on its way.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

function textOf({ type, message }: Row): string {
  if (type !== 'assistant' || !Array.isArray(message?.content)) return '';
  return message.content.map(({ text = '' }) => text).join('');
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the transcripts, which agents write and nobody else, tell of one task. */
export interface TaskJournal {
  /** The conversations in which its prompt was taken. */
  readonly conversations: readonly string[];
  /** How often an agent came to the end of a turn of it, with an answer. */
  readonly answers: number;
}

interface Row {
  readonly type?: string;
  readonly isMeta?: boolean;
  readonly isApiErrorMessage?: boolean;
  readonly message?: { readonly model?: string; readonly content?: unknown };
}

const HEADER = /^\[task (t_\w+)\]/;
const ANSWER = 'DEMO-REPLY: done.';

/** Reads every transcript below `projects`; gives the journal of each task that is named in one. */
export function readTaskJournals(projects: string): ReadonlyMap<string, TaskJournal> {
  const files = readdirSync(projects, { recursive: true, encoding: 'utf8' });
  const journals = new Map<string, TaskJournal>();
  for (const file of files.filter((name) => name.endsWith('.jsonl'))) {
    addTo(journals, file, readFileSync(join(projects, file), 'utf8').split('\n').flatMap(rowIn));
  }
  return journals;
}

/** Adds what one conversation tells. Whatever was asked since the last answer is answered by the next. */
export function addTo(
  journals: Map<string, TaskJournal>,
  conversation: string,
  rows: readonly Row[],
): void {
  let asked = new Set<string>();
  for (const row of rows) {
    const task = taskAskedIn(row);
    if (task !== null) {
      asked.add(task);
      const { conversations, answers } = journals.get(task) ?? { conversations: [], answers: 0 };
      const all = [...new Set([...conversations, conversation])];
      journals.set(task, { conversations: all, answers });
    }
    if (!isAnswer(row)) continue;
    for (const one of asked) countAnswer(journals, one);
    asked = new Set();
  }
}

function countAnswer(journals: Map<string, TaskJournal>, task: string): void {
  const journal = journals.get(task);
  if (journal !== undefined) journals.set(task, { ...journal, answers: journal.answers + 1 });
}

function taskAskedIn({ type, message }: Row): string | null {
  if (type !== 'user' || typeof message?.content !== 'string') return null;
  return HEADER.exec(message.content)?.[1] ?? null;
}

function isAnswer({ type, message, isApiErrorMessage }: Row): boolean {
  if (type !== 'assistant' || isApiErrorMessage === true) return false;
  return JSON.stringify(message?.content ?? '').includes(ANSWER);
}

/** A row that was cut short by a kill says nothing. */
function rowIn(line: string): readonly Row[] {
  try {
    return [JSON.parse(line) as Row];
  } catch {
    return [];
  }
}

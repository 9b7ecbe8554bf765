import { basename } from 'node:path';
import type { TranscriptRow } from './real-client-pool.ts';

/** What a transcript tells, followed from its last word back to its first. */
export interface Talk {
  /** What was said and done, in order: `user: …`, `assistant: …`, `uses Read FILE`, `hears …`, `limit`. */
  readonly said: readonly string[];
  /** Rows of the talk that stand beside that line, as they would if two clients had gone on from one. */
  readonly astray: readonly TranscriptRow[];
  /** Ids that two rows of the file bear. */
  readonly doubled: readonly string[];
}

/** Reads a transcript as the next client does; its first rows are not in the order of time. */
export function talkIn(rows: readonly TranscriptRow[]): Talk {
  const line = lineOf(rows);
  const onLine = new Set(line);
  const ids = rows.flatMap(({ uuid }) => uuid ?? []);
  return {
    said: line.flatMap(saidBy),
    astray: rows.filter((row) => isTalk(row) && !onLine.has(row)),
    doubled: ids.filter((id, i) => ids.indexOf(id) !== i),
  };
}

function lineOf(rows: readonly TranscriptRow[]): readonly TranscriptRow[] {
  const byId = new Map(rows.map((row) => [row.uuid, row]));
  const line: TranscriptRow[] = [];
  let row = rows.findLast(isTalk);
  while (row !== undefined) {
    line.unshift(row);
    row = row.parentUuid ? byId.get(row.parentUuid) : undefined;
  }
  return line.filter(isTalk);
}

function isTalk({ type }: TranscriptRow): boolean {
  return type === 'user' || type === 'assistant';
}

/** Without what the client notes by itself where a turn was cut off. */
function saidBy({ type, message, isApiErrorMessage, isMeta }: TranscriptRow): readonly string[] {
  if (isApiErrorMessage) return ['limit'];
  if (isMeta || message?.model === '<synthetic>') return [];
  const content = message?.content;
  return Array.isArray(content) ? content.map(told(type)) : [`${type}: ${content}`];
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly name?: string;
  readonly input?: { readonly file_path?: string };
  readonly content?: unknown;
}

function told(speaker: string): (block: Block) => string {
  return ({ type, text, name, input, content }) => {
    if (type === 'tool_use') return `uses ${name} ${basename(input?.file_path ?? '')}`;
    return type === 'tool_result' ? `hears ${JSON.stringify(content)}` : `${speaker}: ${text}`;
  };
}

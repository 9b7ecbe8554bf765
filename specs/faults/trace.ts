import type { LogLine } from '../harness/test-pool.ts';

/** What happened in a round, in the order in which it was seen. */
export interface Trace {
  note(text: string): void;
  readonly lines: () => readonly string[];
}

/** Times are milliseconds since this call, of the monotonic clock. */
export function startTrace(): Trace {
  const startedAt = performance.now();
  const lines: string[] = [];
  return {
    note: (text) => {
      const atMs = Math.round(performance.now() - startedAt);
      lines.push(`${String(atMs).padStart(6)} ms  ${text}`);
    },
    lines: () => lines,
  };
}

const TOLD = ['session', 'task', 'account', 'pid', 'attempt', 'from', 'to', 'cause', 'reason'];

/** A line of the daemon's log, short enough for a trace. */
export function logLineInWords(line: LogLine): string {
  const facts = TOLD.filter((name) => name in line && line[name] !== null).map((name) => {
    const value = line[name];
    return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return [`log ${line.event}`, ...facts].join(', ').slice(0, 400);
}

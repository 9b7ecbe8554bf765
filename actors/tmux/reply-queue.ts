/** What became of one line: the body of each command that ran, and the words of the one that failed. */
export interface LineReply {
  readonly bodies: readonly (readonly string[])[];
  /** null = all commands succeeded; else tmux's message for command number `bodies.length`. */
  readonly error: string | null;
}

interface Waiting {
  readonly commands: number;
  readonly isPatient: boolean;
  readonly bodies: (readonly string[])[];
  isAbandoned: boolean;
  resolve(reply: LineReply): void;
  reject(reason: Error): void;
}

/**
 * Matches replies to lines. tmux answers strictly in order, one reply for each command of a line,
 * and after one that failed none for the rest of its line.
 */
export function createReplyQueue() {
  const waiting: Waiting[] = [];
  return {
    /** A line with so many commands was written; `patiently` = its reply may take for ever. */
    expect: (commands: number, how: 'soon' | 'patiently' = 'soon'): Promise<LineReply> =>
      new Promise((resolve, reject) => {
        const isPatient = how === 'patiently';
        waiting.push({ commands, isPatient, bodies: [], isAbandoned: false, resolve, reject });
      }),
    /** A command was answered. */
    answer: (ok: boolean, lines: readonly string[]): void => answer(waiting, ok, lines),
    /** Gives all lines up. Their replies, when they come, are matched to them all the same and dropped. */
    abandonAll: (reason: Error): void => {
      for (const line of waiting) abandon(line, reason);
    },
    /** True while a reply should come soon. */
    isAwaited: (): boolean => waiting.some((line) => !(line.isPatient || line.isAbandoned)),
    /** True while a line that was given up is still unanswered: the server hangs. */
    isStalled: (): boolean => waiting[0]?.isAbandoned ?? false,
    /** No reply will come any more. */
    failAll: (reason: Error): void => {
      for (const line of waiting.splice(0)) line.reject(reason);
    },
  };
}

export type ReplyQueue = ReturnType<typeof createReplyQueue>;

function abandon(line: Waiting, reason: Error): void {
  line.isAbandoned = true;
  line.reject(reason);
}

function answer(waiting: Waiting[], ok: boolean, lines: readonly string[]): void {
  const line = waiting[0];
  if (!line) return;
  if (ok) line.bodies.push(lines);
  if (ok && line.bodies.length < line.commands) return;
  waiting.shift();
  line.resolve({ bodies: line.bodies, error: ok ? null : lines.join('\n') });
}

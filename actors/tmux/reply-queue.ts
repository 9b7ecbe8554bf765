/** What became of one line: the body of each command that ran, and the words of the one that failed. */
export interface LineReply {
  readonly bodies: readonly (readonly string[])[];
  /** null = all commands succeeded; else tmux's message for command number `bodies.length`. */
  readonly error: string | null;
}

/** A place in the queue. */
export interface Ticket {
  readonly reply: Promise<LineReply>;
  /** Stops waiting: the reply, when it comes, is matched to this line all the same and dropped. */
  abandon(reason: Error): void;
}

interface Waiting {
  readonly commands: number;
  readonly bodies: (readonly string[])[];
  abandoned: boolean;
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
    /** A line with so many commands was written. */
    expect: (commands: number): Ticket => expectLine(waiting, commands),
    /** One of our commands was answered. */
    answer: (ok: boolean, lines: readonly string[]): void => answer(waiting, ok, lines),
    /** True while a line that was given up is still unanswered: the server hangs. */
    isStalled: (): boolean => waiting[0]?.abandoned ?? false,
    /** No reply will come any more. */
    failAll: (reason: Error): void => {
      for (const line of waiting.splice(0)) line.reject(reason);
    },
  };
}

export type ReplyQueue = ReturnType<typeof createReplyQueue>;

function expectLine(waiting: Waiting[], commands: number): Ticket {
  const { promise, resolve, reject } = withResolvers<LineReply>();
  const line: Waiting = { commands, bodies: [], abandoned: false, resolve, reject };
  waiting.push(line);
  const abandon = (reason: Error): void => {
    line.abandoned = true;
    reject(reason);
  };
  return { reply: promise, abandon };
}

function answer(waiting: Waiting[], ok: boolean, lines: readonly string[]): void {
  const line = waiting[0];
  if (!line) return;
  if (ok) line.bodies.push(lines);
  if (ok && line.bodies.length < line.commands) return;
  waiting.shift();
  line.resolve({ bodies: line.bodies, error: ok ? null : lines.join('\n') });
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { FailoverError } from '../../config/errors.ts';
import { type ClientEnd, failureOf } from './client-failure.ts';
import { type ControlEvent, createControlParser } from './control-protocol.ts';
import { renderLine, type Words } from './quoting.ts';
import { createReplyQueue, type LineReply, type ReplyQueue, type Ticket } from './reply-queue.ts';

/** After its exit the client's last output may still be in the pipe; a hung server may hold it open. */
const DRAIN_MS = 100;
const CLOSE_MS = 1_000;

export interface ControlClientOptions {
  /** Arguments of `tmux`, up to and with the command that attaches. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For messages. */
  readonly socket: string;
  readonly commandTimeoutMs: number;
  onNotification(name: string): void;
  /** A server that hung has answered all that was given up. */
  onRecovered(): void;
}

/** One `tmux -C` child over plain pipes: commands in, replies and notifications out, no fork per command. */
export interface ControlClient {
  readonly pid: number;
  /** Resolves when attached. Rejects with `failureOf` how it ended, or `TMUX_TIMED_OUT`. */
  readonly attached: Promise<void>;
  /** Resolves, never rejects, when the connection is over. */
  readonly ended: Promise<ClientEnd>;
  /**
   * Runs commands as one line (see `renderLine`). Rejects with `TMUX_TIMED_OUT` (what was asked may
   * still happen) or, when the connection ends before the reply, `TMUX_UNREACHABLE`.
   */
  run(commands: readonly Words[], timeoutMs?: number | null): Promise<LineReply>;
  /** Detaches, reads all output to its end, and leaves no child behind. */
  close(): Promise<void>;
}

/** Spawns a control client. It may not get anywhere: see `attached`. */
export function openControlClient(options: ControlClientOptions): ControlClient {
  // A server started by this client keeps its directory for life: one that nobody will want to unmount.
  const child = spawn('tmux', options.args, { env: options.env, cwd: '/', stdio: 'pipe' });
  const queue = createReplyQueue();
  const end = collectEnd(child);
  const initial = queueInitial();

  const onEvent = (event: ControlEvent): void => {
    if (event.kind === 'notification') {
      if (event.name === 'exit') end.note(event.text);
      options.onNotification(event.name);
    } else if (!event.own) initial.answer(event.ok, event.lines);
    else answerOwn(queue, event, options.onRecovered);
  };
  child.stdout.on('data', createControlParser(onEvent));
  let over = false;
  const ended = end.promise.then((how) => {
    over = true;
    const failure = failureOf(how, options.socket);
    initial.failAll(failure);
    queue.failAll(failure);
    return how;
  });

  const run: ControlClient['run'] = (commands, timeoutMs = options.commandTimeoutMs) => {
    if (over) return Promise.reject(failureOf({ text: '', spawnError: null }, options.socket));
    if (queue.isStalled()) return Promise.reject(timedOut(options, commands));
    const line = renderLine(commands);
    const ticket = queue.expect(commands.length);
    child.stdin.write(`${line}\n`);
    return timeoutMs === null
      ? ticket.reply
      : withinTime(ticket, timeoutMs, () => timedOut(options, commands));
  };

  return {
    pid: child.pid ?? 0,
    attached: attach(initial.ticket, options),
    ended,
    run,
    close: () => closeClient(child, ended),
  };
}

/** The reply to the attach command itself comes first, and is the only one of its kind we wait for. */
function queueInitial() {
  const queue = createReplyQueue();
  return { ...queue, ticket: queue.expect(1) };
}

async function attach(initial: Ticket, options: ControlClientOptions): Promise<void> {
  const late = () => timedOut(options, [['attach-session']]);
  const reply = await withinTime(initial, options.commandTimeoutMs, late);
  if (reply.error !== null)
    throw failureOf({ text: reply.error, spawnError: null }, options.socket);
}

function answerOwn(
  queue: ReplyQueue,
  reply: { readonly ok: boolean; readonly lines: readonly string[] },
  onRecovered: () => void,
): void {
  const wasStalled = queue.isStalled();
  queue.answer(reply.ok, reply.lines);
  if (wasStalled && !queue.isStalled()) onRecovered();
}

/** Follows the child to its end. Both its exit and the end of its output are awaited, within reason. */
function collectEnd(child: ChildProcessWithoutNullStreams) {
  let text = '';
  const note = (more: string): void => {
    text = `${text}${more}\n`.slice(-4_096);
  };
  child.stderr.on('data', (chunk: Buffer) => note(chunk.toString().trimEnd()));
  // Writing to a client that just ended: its end is reported by the events below.
  child.stdin.on('error', () => {});
  const promise = new Promise<ClientEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ text: error.message, spawnError: error.code ?? 'UNKNOWN' });
    });
    child.once('exit', () => setTimeout(() => destroyOutputs(child), DRAIN_MS));
    child.once('close', () => resolve({ text, spawnError: null }));
  });
  return { promise, note };
}

function destroyOutputs(child: ChildProcessWithoutNullStreams): void {
  child.stdout.destroy();
  child.stderr.destroy();
}

async function closeClient(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<ClientEnd>,
): Promise<void> {
  // An empty line detaches, also while a command waits.
  child.stdin.end('\n');
  const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  await ended;
  clearTimeout(kill);
}

async function withinTime(
  ticket: Ticket,
  timeoutMs: number,
  late: () => Error,
): Promise<LineReply> {
  const timer = setTimeout(() => ticket.abandon(late()), timeoutMs);
  try {
    return await ticket.reply;
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(options: ControlClientOptions, commands: readonly Words[]): FailoverError {
  const command = commands[0]?.[0] ?? '';
  return new FailoverError(
    'TMUX_TIMED_OUT',
    `tmux at ${options.socket} did not answer ${command} within ${options.commandTimeoutMs} ms`,
    { socket: options.socket, command, timeoutMs: options.commandTimeoutMs },
  );
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { FailoverError } from '../../config/errors.ts';
import { type ClientEnd, failureOf } from './client-failure.ts';
import { type ControlEvent, createControlParser } from './control-protocol.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { renderLine, type Words } from './quoting.ts';
import { createReplyQueue, type LineReply, type ReplyQueue } from './reply-queue.ts';
import { createWatchdog } from './watchdog.ts';

/** After its exit the client's last output may still be in the pipe; a hung server may hold it open. */
const DRAIN_MS = 100;
const CLOSE_MS = 1_000;
/** Says nothing and changes nothing. */
const HEARTBEAT: readonly Words[] = [['display-message', '-p', 'here']];

/** Where the process has no file descriptor left, Node gives a child without streams. */
type Client = Omit<ChildProcessWithoutNullStreams, 'stdin' | 'stdout' | 'stderr'> &
  Partial<Pick<ChildProcessWithoutNullStreams, 'stdin' | 'stdout' | 'stderr'>>;

export interface ControlClientOptions {
  /** Words before `tmux` that become it in the end, such as those of `env`; none by default. */
  readonly through?: readonly string[];
  /** Arguments of `tmux`, up to and with the command that attaches. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For messages. */
  readonly socket: string;
  /** How long nothing at all may be answered. */
  readonly silenceMs: number;
  /** After how long without a word the server is asked whether it is still there; null = never. */
  readonly heartbeatMs: number | null;
  onNotification(name: string): void;
  /** Nothing was answered for too long; told again at each heartbeat while that lasts. */
  onSilent(): void;
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
   * Runs commands as one line (see `renderLine`). Rejects with `TMUX_TIMED_OUT` when nothing is answered for
   * `silenceMs` (what was asked may still happen), at once while that lasts; or, when the connection ends before the reply, `TMUX_UNREACHABLE`.
   */
  run(commands: readonly Words[]): Promise<LineReply>;
  /** The same for commands that may take for ever. */
  runPatiently(commands: readonly Words[]): Promise<LineReply>;
  /** Detaches, reads all output to its end, and leaves no child behind. */
  close(): Promise<void>;
}

/** Spawns a control client. It may not get anywhere: see `attached`. */
export function openControlClient(options: ControlClientOptions): ControlClient {
  // A server started by this client keeps its directory for life: one that nobody will want to unmount.
  const [program = 'tmux', ...args] = [...(options.through ?? []), 'tmux', ...options.args];
  const child: Client = spawn(program, args, { env: options.env, cwd: '/', stdio: 'pipe' });
  const initial = createReplyQueue();
  const own = createReplyQueue();
  const watchdog = createWatchdog(options.silenceMs, () => {
    for (const queue of [initial, own]) queue.abandonAll(silentError(options));
    options.onSilent();
  });
  const end = collectEnd(child);
  let isOver = false;
  let heartbeat: Heartbeat | null = null;

  const onReply = (queue: ReplyQueue, ok: boolean, lines: readonly string[]): void => {
    const wasStalled = queue.isStalled();
    queue.answer(ok, lines);
    watchdog.progress(own.isAwaited());
    if (wasStalled && !queue.isStalled()) options.onRecovered();
  };
  const onEvent = (event: ControlEvent): void => {
    heartbeat?.heard();
    if (event.kind === 'reply') {
      onReply(event.own ? own : initial, event.ok, event.lines);
      return;
    }
    if (event.name === 'exit') end.note(event.text);
    options.onNotification(event.name);
  };
  child.stdout?.on('data', createControlParser(onEvent));

  const ended = end.promise.then((how) => {
    isOver = true;
    heartbeat?.stop();
    watchdog.progress(false);
    for (const queue of [initial, own]) queue.failAll(failureOf(how, options.socket));
    return how;
  });
  // The reply to the attach command itself comes first, and is the only one not typed that is awaited.
  const attached = initial.expect(1).then(({ error }) => {
    if (error !== null) throw failureOf({ text: error, spawnError: null }, options.socket);
  });
  watchdog.watch();

  const write = async (
    commands: readonly Words[],
    how: 'soon' | 'patiently',
  ): Promise<LineReply> => {
    if (isOver) throw failureOf({ text: '', spawnError: null }, options.socket);
    if (own.isStalled()) throw silentError(options);
    const line = renderLine(commands);
    child.stdin?.write(`${line}\n`);
    if (how === 'soon') watchdog.watch();
    return own.expect(commands.length, how);
  };
  const beat = (): void => {
    if (own.isStalled()) options.onSilent();
    // Its failure is told by the silence, or by the end.
    else write(HEARTBEAT, 'soon').catch(() => {});
  };
  const begin = (): void => {
    if (options.heartbeatMs !== null && !isOver)
      heartbeat = createHeartbeat(options.heartbeatMs, beat);
  };
  attached.then(begin, () => {});
  return {
    pid: child.pid ?? 0,
    attached,
    ended,
    run: (commands) => write(commands, 'soon'),
    runPatiently: (commands) => write(commands, 'patiently'),
    close: () => closeClient(child, ended),
  };
}

/** Follows the child to its end. Both its exit and the end of its output are awaited, within reason. */
function collectEnd(child: Client) {
  let text = '';
  const note = (more: string): void => {
    text = `${text}${more}\n`.slice(-4_096);
  };
  child.stderr?.on('data', (chunk: Buffer) => note(chunk.toString().trimEnd()));
  // Writing to a client that just ended: its end is reported by the events below.
  child.stdin?.on('error', () => {});
  const promise = new Promise<ClientEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ text: error.message, spawnError: error.code ?? 'UNKNOWN' });
    });
    child.once('exit', () => setTimeout(() => destroyOutputs(child), DRAIN_MS));
    child.once('close', () => resolve({ text, spawnError: null }));
  });
  return { promise, note };
}

function destroyOutputs(child: Client): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

async function closeClient(child: Client, ended: Promise<ClientEnd>): Promise<void> {
  // An empty line detaches, also while a command waits.
  child.stdin?.end('\n');
  const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  await ended;
  clearTimeout(kill);
}

function silentError({ socket, silenceMs }: ControlClientOptions): FailoverError {
  const message = `tmux at ${socket} has answered nothing for ${silenceMs} ms`;
  return new FailoverError('TMUX_TIMED_OUT', message, { socket, silenceMs });
}

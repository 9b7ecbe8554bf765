import type { IPty } from 'node-pty';
import type { WebSocket } from 'ws';
import { createSocketRoom, type SocketRoom } from './socket-room.ts';

export interface TerminalsOptions {
  /** argv of a read-only tmux client for one session: it must not resize or type into it. */
  readonly attachArgv: (session: string) => readonly string[];
}

export interface Terminals {
  /** Shows the session on the socket until either ends. */
  open(socket: WebSocket, session: string): Promise<void>;
  close(): void;
}

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** Each is a tmux client of its own. */
const MAX_TERMINALS = 4;
/** Nobody looks at one screen for so long without reloading the page. */
const MAX_LIFE_MS = 8 * 3_600_000;
const FIRST_SIZE: TerminalSize = { cols: 80, rows: 24 };

/**
 * Read-only views of panes. The page may say how large its window is and nothing else: whatever
 * else it sends is dropped here, and tmux would drop it a second time. node-pty is optional; the
 * socket is closed with a reason that says so when it is missing.
 */
export function createTerminals({ attachArgv }: TerminalsOptions): Terminals {
  const room = createSocketRoom(MAX_TERMINALS);
  return {
    open: async (socket, session) => {
      if (!room.admit(socket)) return;
      const pty = await startPty(attachArgv(session));
      if (pty === null) socket.close(1011, 'node-pty is not installed');
      else if (socket.readyState !== socket.OPEN) pty.kill();
      else connect(socket, pty, room);
    },
    close: room.close,
  };
}

/** The size in a message of the page, bounded; null for anything else. */
export function requestedSize(message: string): TerminalSize | null {
  const [, cols, rows] = /^\{"cols":(\d{1,4}),"rows":(\d{1,4})\}$/.exec(message) ?? [];
  if (cols === undefined || rows === undefined) return null;
  return { cols: bounded(Number(cols), 20, 400), rows: bounded(Number(rows), 5, 200) };
}

/** The daemon's environment stays out of it: tmux needs none, and a TMUX variable would mislead it. */
async function startPty([file = 'tmux', ...args]: readonly string[]): Promise<IPty | null> {
  const { PATH = '/usr/bin:/bin' } = process.env;
  const env = { PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  try {
    const { spawn } = await import('node-pty');
    return spawn(file, args, { ...FIRST_SIZE, name: env.TERM, cwd: '/', env });
  } catch {
    return null;
  }
}

function connect(socket: WebSocket, pty: IPty, room: SocketRoom): void {
  pty.onData((text) => room.send(socket, text));
  pty.onExit(() => socket.close(1000, 'the session has ended'));
  socket.on('message', (data) => {
    const size = requestedSize(String(data));
    if (size) resize(pty, size);
  });
  const tooOld = setTimeout(() => socket.close(1000, 'shown for too long'), MAX_LIFE_MS);
  tooOld.unref();
  socket.on('close', () => {
    clearTimeout(tooOld);
    end(pty);
  });
}

/** The client may just have ended; node-pty throws for a closed descriptor. */
function resize(pty: IPty, { cols, rows }: TerminalSize): void {
  try {
    pty.resize(cols, rows);
  } catch {
    // Its exit closes the socket.
  }
}

function end(pty: IPty): void {
  try {
    pty.kill();
  } catch {
    // It has ended already.
  }
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

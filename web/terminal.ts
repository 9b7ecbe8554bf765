import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { IPty } from 'node-pty';
import type { WebSocket } from 'ws';
import { createSocketRoom, type SocketRoom } from './socket-room.ts';

export interface Terminals {
  /** Shows the session on the socket until either ends. */
  open(socket: WebSocket, session: string): Promise<void>;
  close(): void;
}

interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** Each is a tmux client of its own. */
const MAX_TERMINALS = 4;
/** Nobody looks at one screen for so long without reloading the page. */
const MAX_LIFE_MS = 8 * 3_600_000;
const QUERY_TIMEOUT_MS = 2_000;

/**
 * Read-only views of panes, over the tmux that `tmux` names (e.g. `['tmux', '-S', path]`). The first
 * frame tells the size, `{"cols":…,"rows":…}`, all others are what the screen shows. What the page
 * sends is not even listened to. node-pty is optional: without it the socket is closed, saying so.
 */
export function createTerminals(tmux: readonly string[]): Terminals {
  const room = createSocketRoom(MAX_TERMINALS);
  return {
    open: async (socket, session) => {
      if (!room.admit(socket)) return;
      const size = await windowSize(tmux, session);
      if (size === null) return socket.close(1011, 'its screen cannot be shown now');
      const pty = await attach(tmux, session, size);
      if (pty === null) return socket.close(1011, 'node-pty is not installed');
      room.send(socket, JSON.stringify(size));
      connect(socket, pty, room);
    },
    close: room.close,
  };
}

/**
 * tmux resizes a window to a client's size even when the client is flagged `ignore-size`, if nobody
 * else is attached. So ours has just the size that the window has, and looking changes nothing.
 */
async function windowSize(tmux: readonly string[], session: string): Promise<Size | null> {
  const format = '#{window_width} #{window_height} #{status}';
  const [file = 'tmux', ...prefix] = tmux;
  const args = [...prefix, 'display-message', '-p', '-t', `=${session}:`, format];
  const options = { timeout: QUERY_TIMEOUT_MS, env: cleanEnvironment() };
  const { stdout } = await promisify(execFile)(file, args, options).catch(() => ({ stdout: '' }));
  const [, cols, rows, status] = /^(\d+) (\d+) (\w+)$/m.exec(stdout) ?? [];
  if (cols === undefined || rows === undefined) return null;
  return { cols: Number(cols), rows: Number(rows) + statusLines(status) };
}

/** The option `status`: off, on, or a number of lines. */
function statusLines(status = 'off'): number {
  if (status === 'off') return 0;
  return status === 'on' ? 1 : Number(status);
}

async function attach(
  [file = 'tmux', ...prefix]: readonly string[],
  session: string,
  size: Size,
): Promise<IPty | null> {
  const flags = ['-r', '-f', 'read-only,ignore-size'];
  const args = [...prefix, 'attach-session', ...flags, '-t', `=${session}`];
  const env = cleanEnvironment();
  try {
    const { spawn } = await import('node-pty');
    return spawn(file, args, { ...size, name: env.TERM, cwd: '/', env });
  } catch {
    return null;
  }
}

/** The daemon's environment stays out of it: a TMUX variable in it would mislead tmux. */
function cleanEnvironment() {
  const { PATH = '/usr/bin:/bin' } = process.env;
  return { PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
}

function connect(socket: WebSocket, pty: IPty, room: SocketRoom): void {
  if (socket.readyState !== socket.OPEN) {
    end(pty);
    return;
  }
  pty.onData((text) => room.send(socket, text));
  pty.onExit(() => socket.close(1000, 'the session has ended'));
  const tooOld = setTimeout(() => socket.close(1000, 'shown for too long'), MAX_LIFE_MS);
  tooOld.unref();
  socket.on('close', () => {
    clearTimeout(tooOld);
    end(pty);
  });
}

function end(pty: IPty): void {
  try {
    pty.kill();
  } catch {
    // It has ended already.
  }
}

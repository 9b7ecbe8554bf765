import type { WebSocket } from 'ws';

export interface SocketRoom {
  /** False, and the socket closed with 1013, when the room is full. */
  admit(socket: WebSocket): boolean;
  /** Sends, or drops the reader that lags: the daemon neither waits nor piles up what is unread. */
  send(socket: WebSocket, data: string | Buffer): void;
  readonly size: number;
  close(): void;
}

/** What a reader may have unread before it is dropped. It comes back and gets a full dump. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;

/** Keeps a bounded number of WebSockets, drops the dead and the slow ones. */
export function createSocketRoom(capacity: number): SocketRoom {
  const alive = new Map<WebSocket, boolean>();
  const heartbeat = setInterval(() => checkAll(alive), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    admit: (socket) => {
      if (alive.size >= capacity) {
        socket.close(1013, 'too many are connected');
        return false;
      }
      alive.set(socket, true);
      socket.on('pong', () => alive.set(socket, true));
      socket.on('close', () => alive.delete(socket));
      socket.on('error', () => socket.terminate());
      return true;
    },
    send: (socket, data) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
      else socket.send(data);
    },
    get size() {
      return alive.size;
    },
    close: () => {
      clearInterval(heartbeat);
      for (const socket of alive.keys()) socket.terminate();
    },
  };
}

/** Who has not answered the last ping is gone, whatever TCP believes. */
function checkAll(alive: Map<WebSocket, boolean>): void {
  for (const [socket, answered] of alive) {
    if (!answered) {
      socket.terminate();
      continue;
    }
    alive.set(socket, false);
    socket.ping();
  }
}

import type { WebSocket } from 'ws';
import type { StatusReport } from '../supervisor/status-report.ts';
import type { Inspector } from './inspector.ts';
import type { LiveMessage } from './live-protocol.ts';
import { createSocketRoom } from './socket-room.ts';

export interface LiveFeedOptions {
  readonly status: () => StatusReport;
  readonly inspector: Inspector;
}

export interface LiveFeed {
  join(socket: WebSocket): void;
  close(): void;
}

const MAX_READERS = 16;
const STATUS_EVERY_MS = 500;

/**
 * Tells every open page what changes, as it changes. A page only listens: one that speaks is
 * closed. Nothing is computed while no page is open.
 */
export function createLiveFeed({ status, inspector }: LiveFeedOptions): LiveFeed {
  const room = createSocketRoom(MAX_READERS);
  const readers = new Set<WebSocket>();
  let lastStatus = '';
  const broadcast = (message: LiveMessage): void => {
    const text = JSON.stringify(message);
    for (const reader of readers) room.send(reader, text);
  };
  const tellStatus = (): void => {
    const report = status();
    const text = JSON.stringify(report);
    if (text === lastStatus) return;
    lastStatus = text;
    broadcast({ kind: 'status', status: report });
  };
  let stopFollowing: (() => void) | null = null;
  const follow = (): (() => void) => {
    const unsubscribe = inspector.subscribe(broadcast);
    const timer = setInterval(() => readers.size > 0 && tellStatus(), STATUS_EVERY_MS);
    return () => {
      unsubscribe();
      clearInterval(timer);
    };
  };
  const leave = (reader: WebSocket): void => {
    readers.delete(reader);
    if (readers.size > 0) return;
    stopFollowing?.();
    stopFollowing = null;
  };
  return {
    join: (socket) => {
      if (!room.admit(socket)) return;
      socket.on('close', () => leave(socket));
      socket.on('message', () => socket.close(1008, 'this feed only tells'));
      const hello: LiveMessage = { kind: 'hello', v: 1, status: status(), ...inspector.dump() };
      room.send(socket, JSON.stringify(hello));
      readers.add(socket);
      stopFollowing ??= follow();
    },
    close: () => {
      stopFollowing?.();
      room.close();
    },
  };
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { pathOf } from './http-exchange.ts';
import { createLiveFeed } from './live-feed.ts';
import { pathWords } from './path-words.ts';
import type { SupervisorView } from './supervisor-view.ts';
import { createTerminals } from './terminal.ts';

export interface PageSockets {
  readonly supervisor: SupervisorView;
  readonly tmux: readonly string[];
}

export interface UpgradeHandler {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** The page has nothing to say. */
const MAX_MESSAGE_BYTES = 1024;
const TERMINAL = /^\/v1\/terminal\/([^/]+)$/;

/** `/v1/live` and `/v1/terminal/SESSION`, for upgrades that the guard let through. */
export function createUpgradeHandler({ supervisor, tmux }: PageSockets): UpgradeHandler {
  const { api, inspector } = supervisor;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const feed = createLiveFeed({ status: () => api.status(), inspector });
  const terminals = createTerminals(tmux);
  const enter = (path: string, socket: WebSocket): void => {
    const [session] = pathWords(TERMINAL, path) ?? [];
    if (path === '/v1/live') feed.join(socket);
    else if (session !== undefined && isOurs(session)) void terminals.open(socket, session);
    else socket.close(1008, 'no such session in the pool');
  };
  // Where the name is blocked, the session that bears it is somebody else's: nobody attaches to it.
  const isOurs = (name: string) =>
    api.status().sessions.some((one) => one.name === name && one.substate !== 'blocked');
  return {
    handle: (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (ws) => enter(pathOf(request), ws));
    },
    close: () => {
      feed.close();
      terminals.close();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

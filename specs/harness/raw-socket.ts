import { WebSocket } from 'ws';
import type { LiveMessage } from '../../web/live-protocol.ts';
import { atEnd } from './scope.ts';

export type Attempt =
  | { readonly kind: 'open'; readonly socket: WebSocket }
  | { readonly kind: 'refused'; readonly status: number };

/** Tries a WebSocket with any headers; what opens is closed with its owner. */
export function tryWebSocket(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Attempt> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  atEnd(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ kind: 'open', socket }));
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      socket.terminate();
      resolve({ kind: 'refused', status: statusCode });
    });
    socket.on('error', reject);
  });
}

/** An open WebSocket and what it has received so far. */
export interface Reader {
  readonly socket: WebSocket;
  readonly texts: readonly string[];
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
}

export async function readWebSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Reader> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  atEnd(() => socket.terminate());
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(String(data)));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return { socket, texts, closed };
}

export function liveMessages({ texts }: Reader): readonly LiveMessage[] {
  return texts.map((text) => JSON.parse(text));
}

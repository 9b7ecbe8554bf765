/** What the loopback server and the Unix socket share: limits, bounded bodies, JSON answers. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { type ApiResponse, refused } from './answer.ts';

/** Nothing we are sent is larger than a verb's options. */
const BODY_LIMIT_BYTES = 64 * 1024;

/** A client that is slow, idle or greedy is cut off rather than waited for. */
export const SERVER_LIMITS: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

export function capConnections(server: Server, limit: number): void {
  server.maxConnections = limit;
  server.maxRequestsPerSocket = 1_000;
}

export type Body = { readonly kind: 'json'; readonly value: unknown } | BadBody;
interface BadBody {
  readonly kind: 'bad';
  readonly response: ApiResponse;
}

/** Reads at most 64 KiB of JSON. An empty body is null; too much is 413, anything else bad is 400. */
export async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_LIMIT_BYTES) return bad(413, 'the body is too large');
    chunks.push(bytes);
  }
  return parsed(Buffer.concat(chunks).toString('utf8'));
}

/** Answers with JSON. The connection is not kept after an error: its body may be half read. */
export function sendJson(
  response: ServerResponse,
  { status, body }: ApiResponse,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** The path of a request target, without query; absolute-form and garbage give the root. */
export function pathOf(request: IncomingMessage): string {
  return targetOf(request).pathname;
}

export function targetOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  return new URL(target.startsWith('/') ? `http://loopback${target}` : 'http://loopback/');
}

function parsed(text: string): Body {
  if (text.trim() === '') return { kind: 'json', value: null };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return bad(400, 'the body is not JSON');
  }
}

function bad(status: number, message: string): BadBody {
  return { kind: 'bad', response: refused(status, 'BAD_REQUEST', message) };
}

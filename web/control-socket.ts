import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { FailoverError } from '../config/errors.ts';
import { type ApiResponse, refused } from './answer.ts';
import type { ApiRequest } from './api.ts';
import { capConnections, pathOf, readJson, SERVER_LIMITS, sendJson } from './http-exchange.ts';

export interface ControlSocketOptions {
  /** Absolute, at most 107 bytes: Node silently truncates longer ones. */
  readonly path: string;
  readonly handler: (request: ApiRequest) => Promise<ApiResponse>;
}

export interface ControlSocket {
  close(): Promise<void>;
}

/** For answers that are being written when the socket closes. */
const LAST_ANSWERS_MS = 500;

/** sun_path of Linux is 108 bytes with its final NUL. */
const MAX_PATH_BYTES = 107;

/**
 * Serves the control API on a Unix socket that only this user can open: mode 0600 whatever the
 * umask, in a directory of mode 0700. A socket file left by a dead daemon is replaced; one that
 * answers is not. Rejects with LISTEN_FAILED, and the path, in every other case.
 */
export async function startControlSocket(options: ControlSocketOptions): Promise<ControlSocket> {
  refuseLongPath(options.path);
  ensurePrivateDirectory(dirname(options.path));
  await removeStaleSocket(options.path);
  const server = createServer(SERVER_LIMITS, (request, response) => {
    void answer(options.handler, request, response);
  });
  capConnections(server, 64);
  await listenPrivately(server, options.path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Whoever asked for the stop is still owed the answer; nobody else is waited for.
        setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
      }),
  };
}

function refuseLongPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES) return;
  throw listenFailed(path, `the path has ${bytes} bytes, a socket may have ${MAX_PATH_BYTES}`);
}

/** An existing directory keeps its mode, so it is refused rather than trusted or changed. */
function ensurePrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  const isPrivate = found.isDirectory() && (found.mode & 0o077) === 0;
  if (isPrivate && found.uid === process.getuid?.()) return;
  throw listenFailed(directory, 'the directory must be ours with mode 0700');
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw listenFailed(path, 'something that is not a socket is in its place');
  if (await isAnswered(path)) throw listenFailed(path, 'another daemon answers on it');
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const settle = (answered: boolean) => {
      probe.destroy();
      resolve(answered);
    };
    probe.once('connect', () => settle(true));
    probe.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
}

/** `bind` happens inside `listen`, so the umask around it decides the mode without a gap. */
function listenPrivately(server: ReturnType<typeof createServer>, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenFailed(path, error.message, error)));
    const umask = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(umask);
    }
  });
}

async function answer(
  handler: ControlSocketOptions['handler'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readJson(request);
    if (body.kind === 'bad') return sendJson(response, body.response);
    const { method = 'GET' } = request;
    const path = pathOf(request);
    sendJson(response, await handler({ origin: 'socket', method, path, body: body.value }));
  } catch (error) {
    sendJson(
      response,
      refused(500, 'INTERNAL', error instanceof Error ? error.message : 'unknown'),
    );
  }
}

function listenFailed(path: string, why: string, cause?: unknown): FailoverError {
  return new FailoverError('LISTEN_FAILED', `cannot listen on ${path}: ${why}`, { path }, cause);
}

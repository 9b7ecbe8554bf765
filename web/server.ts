/**
 * The page and its read-only API on loopback. Every request and every WebSocket upgrade passes the
 * request guard before anything is looked up.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { FailoverError } from '../config/errors.ts';
import { isLoopback, urlName } from '../config/listen-address.ts';
import { refused } from './answer.ts';
import { capConnections, pathOf, SERVER_LIMITS, sendJson } from './http-exchange.ts';
import { packageFile } from './package-file.ts';
import { pageFiles } from './page-files.ts';
import { createRequestHandler } from './page-routes.ts';
import { createUpgradeHandler } from './page-sockets.ts';
import { type GuardPolicy, judge, loopbackNames, type Verdict } from './request-guard.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { createSignIn, type SignIn, type SignInOptions } from './sign-in.ts';
import { sendSignInAdvice } from './sign-in-advice.ts';
import type { SupervisorView } from './supervisor-view.ts';

export interface WebOptions {
  readonly supervisor: SupervisorView;
  /** `127.0.0.1`, `::1` or `localhost`; nothing else is listened on. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** The daemon's lasting secret, for programs that send `Authorization: Bearer`. */
  readonly token: string;
  /** How the pool's tmux server is reached, e.g. `['tmux', '-S', path]`: for the terminal. */
  readonly tmux: readonly string[];
  readonly staticDir?: string;
  readonly signIn?: SignInOptions;
}

export interface WebServer {
  readonly url: string;
  /** A URL that signs one browser in, once, within a minute. */
  loginLink(): string;
  close(): Promise<void>;
}

/**
 * Starts the page. Rejects with LISTEN_FAILED, naming host and port, when the port is taken or the
 * host is not loopback.
 */
export async function startWeb(options: WebOptions): Promise<WebServer> {
  refuseOtherHosts(options);
  const server = createServer(SERVER_LIMITS);
  capConnections(server, 64);
  const port = await listen(server, options);
  const signIn = createSignIn(options.signIn);
  const guard = createGuard({ port, signIn, token: options.token });
  const stopSockets = serve(server, { ...options, guard, signIn });
  const url = `http://${urlName(options.host)}:${port}`;
  return {
    url,
    loginLink: () => `${url}/login?t=${signIn.issueTicket()}`,
    close: () =>
      new Promise((resolve) => {
        stopSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuseOtherHosts({ host, port }: WebOptions): void {
  if (!isLoopback(host)) throw listenFailed({ host, port }, 'only loopback is served');
}

function listen(server: Server, { host, port }: WebOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is taken' : error.message;
      reject(listenFailed({ host, port }, why, error));
    });
    server.listen({ host, port, exclusive: true }, () => resolve(portOf(server.address())));
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

interface Guard {
  readonly cookieName: string;
  judge(request: IncomingMessage, kind: 'http' | 'upgrade'): Verdict;
}

const PUBLIC_PATHS = new Set(['/livez', '/login']);

/** Cookies ignore ports: without the port in its name, a second daemon would overwrite the first's. */
function createGuard(own: { port: number; signIn: SignIn; token: string }): Guard {
  const policy: GuardPolicy = {
    ...loopbackNames(own.port),
    token: own.token,
    cookieName: `claude_failover_${own.port}`,
    isCookieValid: own.signIn.isCookieValid,
  };
  return {
    cookieName: policy.cookieName,
    judge: (request, kind) =>
      judge(
        {
          method: request.method ?? 'GET',
          headers: request.headers,
          kind,
          access: PUBLIC_PATHS.has(pathOf(request)) ? 'public' : 'private',
        },
        policy,
      ),
  };
}

interface Serving extends WebOptions {
  readonly guard: Guard;
  readonly signIn: SignIn;
}

/** Joins guard and routes; gives what ends the open sockets. */
function serve(server: Server, { guard, signIn, supervisor, ...options }: Serving): () => void {
  const files = pageFiles(options.staticDir ?? packageFile('web/static'));
  const handle = createRequestHandler({ supervisor, signIn, files, cookieName: guard.cookieName });
  const sockets = createUpgradeHandler({ supervisor, tmux: options.tmux });
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const verdict = guard.judge(request, 'http');
    if (verdict.kind === 'refused') sendRefusal(request, response, verdict);
    else void handle(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const verdict = guard.judge(request, 'upgrade');
    if (verdict.kind === 'refused') endUpgrade(socket, verdict.status);
    else sockets.handle(request, socket, head);
  });
  return sockets.close;
}

function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason }: Verdict & { kind: 'refused' },
): void {
  const isPage = request.method === 'GET' && pathOf(request) === '/';
  const advice = status === 401 ? '; `claude-failover inspect` gives a link that signs you in' : '';
  if (status === 401 && isPage) sendSignInAdvice(response, 'This browser is not signed in.');
  else sendJson(response, refused(status, 'REFUSED', `${reason}${advice}`));
}

function endUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listenFailed(
  facts: { readonly host: string; readonly port: number },
  why: string,
  cause?: unknown,
): FailoverError {
  const message = `cannot listen on ${facts.host} port ${facts.port}: ${why}`;
  return new FailoverError('LISTEN_FAILED', message, facts, cause);
}

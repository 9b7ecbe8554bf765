import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type AccountBook, type AccountChange, openAccountBook } from './account-book.ts';
import { failureOf } from './failures.ts';
import { allowedHeaders } from './rate-limit-headers.ts';
import { replyFor, sideReply } from './replies.ts';
import { isMainRequest, type RequestBody, userTextsIn } from './request-body.ts';
import { sendFailure } from './send-failure.ts';
import { sendReply } from './send-reply.ts';
import type { StubAccount } from './stub-account.ts';

export interface StubRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The bearer token or API key it came with: which account. */
  readonly token: string;
  /** The mode it was answered in; null when it was no message. */
  readonly mode: string | null;
  readonly isMain: boolean;
  /** What each message of the user holds, oldest first: the whole conversation so far. */
  readonly userTexts: readonly string[];
  readonly body: RequestBody | null;
}

export interface ApiStub {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly StubRequest[];
  /** Changes what the account with this token answers from now on. */
  set(token: string, change: AccountChange): void;
  /** From now on every connection is refused; what is under way is cut off. */
  refuse(): Promise<void>;
  /** Answers again, on the same port. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A stand-in for the Messages API on a free port of 127.0.0.1, with which the real client runs
 * offline. Each token is an account of its own with a mode: a reply (`text`, `slow`, `tool_bash`,
 * `trap`…) or a failure (`limit_5h`, `auth401`, `hang`…). A prompt may choose its own reply:
 * `do it [[stub:tool_bash]]`, unless the account's mode is a failure.
 */
export async function startApiStub(): Promise<ApiStub> {
  const book = openAccountBook();
  const requests: StubRequest[] = [];
  const server = http.createServer((request, response) => {
    answer(book, request, response)
      .then((seen) => requests.push(seen))
      .catch(() => response.destroy());
  });
  await listenOn(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    set: book.change,
    refuse: () => stopListening(server),
    accept: () => listenOn(server, port),
    close: () => stopListening(server),
  };
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** Resolves as soon as the answer is decided, not when it has been streamed. */
async function answer(
  book: AccountBook,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<StubRequest> {
  const token = tokenOf(request);
  const raw = await text(request);
  const { pathname } = new URL(request.url ?? '/', 'http://stub');
  const seen = { at: Date.now(), method: request.method ?? '', path: pathname, token };
  if (request.method !== 'POST' || pathname !== '/v1/messages') {
    answerOther(pathname, response);
    return { ...seen, mode: null, isMain: false, userTexts: [], body: null };
  }
  const body: RequestBody = JSON.parse(raw);
  const mode = book.takeMode(token, body);
  // Only a subscription login is told of its quota, as in reality.
  const isSubscription = request.headers.authorization !== undefined;
  answerMessage({ response, body, mode, account: book.account(token), isSubscription }).catch(() =>
    response.destroy(),
  );
  return { ...seen, mode, isMain: isMainRequest(body), userTexts: userTextsIn(body), body };
}

interface MessageToAnswer {
  readonly response: ServerResponse;
  readonly body: RequestBody;
  readonly mode: string;
  readonly account: StubAccount;
  readonly isSubscription: boolean;
}

async function answerMessage(message: MessageToAnswer): Promise<void> {
  const { response, body, mode, account, isSubscription } = message;
  await delay(account.options.latencyMs);
  const failure = failureOf(mode, account);
  if (failure) {
    sendFailure(response, failure);
    return;
  }
  const reply = mode === 'side' ? sideReply(body) : replyFor(mode, account.options, body);
  const headers = isSubscription ? allowedHeaders(account) : {};
  await sendReply(response, { body, reply, headers });
}

function tokenOf({ headers }: IncomingMessage): string {
  const key = headers['x-api-key'];
  return headers.authorization?.replace(/^bearer /i, '') ?? (typeof key === 'string' ? key : '');
}

function answerOther(pathname: string, response: ServerResponse): void {
  const isKnown = pathname === '/v1/messages/count_tokens';
  response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isKnown ? { input_tokens: 1 } : { type: 'error' }));
}

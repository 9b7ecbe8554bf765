import { failover, runAccountVerb, showAccount } from './account-answers.ts';
import {
  type ApiResponse,
  type Call,
  found,
  foundOr,
  noSuchVerb,
  refusal,
  refused,
  verbResponse,
} from './answer.ts';
import { type DaemonApi, SESSION_VERBS, type SessionVerb, type VerbOptions } from './daemon-api.ts';
import { pathWords } from './path-words.ts';

/**
 * Who asks. `socket`: a program of the same user over the 0600 Unix socket, may do everything.
 * `web`: loopback HTTP behind the request guard, may only read.
 */
export type ApiOrigin = 'socket' | 'web';

export interface ApiRequest {
  readonly origin: ApiOrigin;
  readonly method: string;
  /** Path without the query, still percent-encoded. */
  readonly path: string;
  /** Parsed JSON; null when the request had none. */
  readonly body: unknown;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly socketOnly: boolean;
  readonly answer: (call: Call) => ApiResponse | Promise<ApiResponse>;
}

const ROUTES: readonly Route[] = [
  read(/^\/v1\/status$/, ({ api }) => found(api.status())),
  read(/^\/v1\/sessions$/, ({ api }) => found(api.status().sessions)),
  read(/^\/v1\/accounts$/, ({ api }) => found(api.status().accounts)),
  read(/^\/v1\/sessions\/([^/]+)$/, showSession),
  read(/^\/v1\/accounts\/([^/]+)$/, showAccount),
  read(/^\/readyz$/, readiness),
  { ...read(/^\/v1\/inspect$/, inspect), socketOnly: true },
  { ...read(/^\/v1\/place$/, ({ api }) => found(api.place())), socketOnly: true },
  read(/^\/v1\/page$/, ({ api }) => found({ v: 1, problem: api.whyNoPage() })),
  change(/^\/v1\/sessions\/([^/]+)\/([^/]+)$/, runVerb),
  change(/^\/v1\/pool\/reset$/, async ({ api }) => verbResponse(await api.resetPool())),
  change(/^\/v1\/accounts\/([^/]+)\/([^/]+)$/, runAccountVerb),
  change(/^\/v1\/failover$/, failover),
  change(/^\/v1\/reload$/, reload),
  change(/^\/v1\/stop$/, stop),
  change(/^\/v1\/tasks\/nudge$/, nudge),
];

/**
 * Answers one request of the control API, over whichever transport it came. Never throws for what
 * a caller sent: unknown paths are 404, known paths with another method 405, changes asked of the
 * read-only page 403; every refusal is `{ v: 1, ok: false, code, message }`.
 */
export async function handleApi(api: DaemonApi, request: ApiRequest): Promise<ApiResponse> {
  const onPath = ROUTES.filter(({ path }) => path.test(request.path));
  const route = onPath.find(({ method }) => method === request.method);
  if (onPath.length === 0) return refused(404, 'NOT_FOUND', `there is no ${request.path}`);
  if (!route) {
    return refused(405, 'METHOD_NOT_ALLOWED', `${request.method} is not for ${request.path}`);
  }
  if (route.socketOnly && request.origin !== 'socket') {
    return refused(403, 'READ_ONLY', 'the page is read-only; use the command line');
  }
  const words = pathWords(route.path, request.path);
  if (!words) return refused(404, 'NOT_FOUND', `there is no ${request.path}`);
  return route.answer({ api, words, body: request.body });
}

function read(path: RegExp, answer: Route['answer']): Route {
  return { method: 'GET', path, socketOnly: false, answer };
}

function change(path: RegExp, answer: Route['answer']): Route {
  return { method: 'POST', path, socketOnly: true, answer };
}

async function showSession({ api, words: [name = ''] }: Call): Promise<ApiResponse> {
  return foundOr(await api.session(name), `no session ${name} in the pool`);
}

/** A pool whose accounts are all limited is ready but degraded: restarting the daemon would not help. */
function readiness({ api }: Call): ApiResponse {
  const { daemon, pool } = api.status();
  const ready = daemon.state === 'ready' || daemon.state === 'escalated';
  return {
    status: ready ? 200 : 503,
    body: { v: 1, ready, state: daemon.state, degraded: pool.degraded },
  };
}

function inspect({ api }: Call): ApiResponse {
  const url = api.loginLink();
  return url === null
    ? refused(409, 'CONFLICT', `no page is served: ${api.whyNoPage() ?? 'nobody knows why'}`)
    : found({ v: 1, url });
}

async function runVerb({ api, words: [name = '', verb = ''], body }: Call): Promise<ApiResponse> {
  if (!isSessionVerb(verb)) return noSuchVerb(verb, SESSION_VERBS);
  return verbResponse(await api.sessionVerb(name, verb, verbOptions(body)));
}

async function reload({ api }: Call): Promise<ApiResponse> {
  const outcome = await api.reload();
  return outcome.ok ? found({ v: 1, ...outcome }) : refusal(outcome);
}

function stop({ api }: Call): ApiResponse {
  api.stop();
  return { status: 202, body: { v: 1, ok: true, changed: true } };
}

/** Not waited for: what it leads to, `status` and the log tell. */
function nudge({ api }: Call): ApiResponse {
  api.nudge();
  return { status: 202, body: { v: 1, ok: true } };
}

function isSessionVerb(word: string): word is SessionVerb {
  return SESSION_VERBS.some((verb) => verb === word);
}

function verbOptions(body: unknown): VerbOptions {
  const restart = typeof body === 'object' && body !== null && 'restart' in body && body.restart;
  return restart === true ? { restart } : {};
}

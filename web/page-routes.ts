import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refused } from './answer.ts';
import { handleApi } from './api.ts';
import { drawChart } from './chart/draw-chart.ts';
import { pathOf, sendJson, targetOf } from './http-exchange.ts';
import type { Inspector } from './inspector.ts';
import { packageFile } from './package-file.ts';
import type { PageFile } from './page-files.ts';
import { pathWords } from './path-words.ts';
import { cookieValue } from './request-guard.ts';
import type { SignIn } from './sign-in.ts';
import { sendSignInAdvice } from './sign-in-advice.ts';
import type { SupervisorView } from './supervisor-view.ts';

export interface PageRoutes {
  readonly supervisor: SupervisorView;
  readonly signIn: SignIn;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly cookieName: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers what the guard let through: the page, its charts, and the API, all read-only. */
export function createRequestHandler(routes: PageRoutes): Handler {
  const answer = pickAnswer(routes);
  return (request, response) =>
    answer(request)(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown';
      if (response.headersSent) response.destroy();
      else sendJson(response, refused(500, 'INTERNAL', message));
    });
}

/** Anything but GET, and whatever is nothing of the page's, is the API's to answer or refuse. */
function pickAnswer(routes: PageRoutes): (request: IncomingMessage) => Handler {
  const chart = createChartHandler(routes.supervisor.inspector);
  const api: Handler = (request, response) => answerApi(routes, request, response);
  const fixed = new Map<string, Handler>([
    ['/livez', (_, response) => sendText(response, 200, 'ok\n')],
    ['/login', (request, response) => signBrowserIn(routes, request, response)],
    ...[...routes.files].map(([path, file]): [string, Handler] => [
      path,
      (_, response) => sendFile(response, file),
    ]),
  ]);
  return (request) => {
    const path = pathOf(request);
    if (request.method !== 'GET') return api;
    return fixed.get(path) ?? (isChart(path) ? chart : api);
  };
}

async function answerApi(
  { supervisor }: PageRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET' } = request;
  const call = { origin: 'web', method, path: pathOf(request), body: null } as const;
  sendJson(response, await handleApi(supervisor.api, call));
}

/** The ticket leaves the address bar with the redirect, and works only once. */
async function signBrowserIn(
  { signIn, cookieName }: PageRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const value = signIn.redeem(targetOf(request).searchParams.get('t') ?? '');
  if (value === null) {
    const isSignedIn = signIn.isCookieValid(cookieValue(request.headers.cookie, cookieName) ?? '');
    if (isSignedIn) response.writeHead(303, { location: '/' }).end();
    else sendSignInAdvice(response, 'This link was used already, or is older than a minute.');
    return;
  }
  const maxAge = Math.floor(signIn.cookieLifeMs / 1000);
  response.setHeader(
    'set-cookie',
    `${cookieName}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAge}`,
  );
  response.writeHead(303, { location: '/' }).end();
}

async function sendFile(response: ServerResponse, { path, contentType }: PageFile): Promise<void> {
  const content = await readFile(path);
  response.writeHead(200, { 'content-type': contentType }).end(content);
}

const MACHINE_CHART = /^\/v1\/charts\/([^/]+)$/;
const SESSION_CHART = /^\/v1\/sessions\/([^/]+)\/chart$/;

function isChart(path: string): boolean {
  return MACHINE_CHART.test(path) || SESSION_CHART.test(path);
}

/**
 * `/v1/charts/MACHINE` is for the page, which has the style sheet and lights states itself, with
 * `?outline` without the transitions; `/v1/sessions/NAME/chart` is a picture of now that stands alone.
 */
function createChartHandler(inspector: Inspector): Handler {
  return async (request, response) => {
    const path = pathOf(request);
    const isOutline = targetOf(request).searchParams.has('outline');
    const [machine] = pathWords(MACHINE_CHART, path) ?? [];
    const [session] = pathWords(SESSION_CHART, path) ?? [];
    const svg =
      machine === undefined
        ? await sessionChart(session ?? '', inspector)
        : await machineChart(machine, { inspector, isOutline });
    if (svg === null) return sendJson(response, refused(404, 'NOT_FOUND', 'no such machine runs'));
    response.writeHead(200, { 'content-type': 'image/svg+xml; charset=utf-8' }).end(svg);
  };
}

async function machineChart(
  key: string,
  { inspector, isOutline }: { readonly inspector: Inspector; readonly isOutline: boolean },
): Promise<string | null> {
  const machine = inspector.machine(key);
  return machine ? drawChart(machine, { isOutline }) : null;
}

async function sessionChart(name: string, inspector: Inspector): Promise<string | null> {
  const named = inspector.dump().actors.filter((one) => one.name === name);
  const actor = named.find(({ machine, parent }) => machine !== null && parent !== null);
  const machine = inspector.machine(actor?.machine ?? '');
  if (!actor || !machine) return null;
  const css = await readFile(packageFile('web/static/chart.css'), 'utf8');
  return drawChart(machine, { css, active: actor.nodes, title: `state of ${name}` });
}

async function sendText(response: ServerResponse, status: number, text: string): Promise<void> {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

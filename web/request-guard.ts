/**
 * Decides whether a request may be served at all, before any routing. A page on another port of
 * 127.0.0.1 is "same site": it can send our cookie and open our WebSocket, so a cookie alone
 * protects nothing on loopback. Host (against DNS rebinding), Origin and Sec-Fetch-Site (against
 * other pages), and only then the secret are checked. Pure; `server.ts` applies it to HTTP requests
 * and WebSocket upgrades alike.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LOOPBACK_NAMES } from '../config/listen-address.ts';

export interface GuardedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly kind: 'http' | 'upgrade';
  /** `public` paths (`/livez`, `/login`) need no secret, but the right Host and Origin. */
  readonly access: 'public' | 'private';
}

export interface GuardPolicy {
  /** Exact `host:port` values. */
  readonly hosts: ReadonlySet<string>;
  /** Exact origins; `null` is never among them. */
  readonly origins: ReadonlySet<string>;
  readonly token: string;
  readonly cookieName: string;
  isCookieValid(value: string): boolean;
}

export type Verdict =
  | { readonly kind: 'allowed'; readonly by: 'public' | 'token' | 'cookie' }
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly reason: string };

export type RefusalStatus = 401 | 403 | 415 | 421;

/** The policy of a server on loopback: its names with its port, and nothing else. */
export function loopbackNames(port: number): Pick<GuardPolicy, 'hosts' | 'origins'> {
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) };
}

export function judge(request: GuardedRequest, policy: GuardPolicy): Verdict {
  const wrongPlace = judgePlace(request.headers, policy);
  if (wrongPlace) return wrongPlace;
  if (request.access === 'public') return { kind: 'allowed', by: 'public' };
  const { authorization } = request.headers;
  if (authorization !== undefined) return judgeToken(authorization, request, policy);
  return judgeCookie(request, policy);
}

/** Equal, taking the same time wherever they differ and however long they are. */
function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function judgePlace(headers: IncomingHttpHeaders, policy: GuardPolicy): Verdict | null {
  if (headers.host === undefined || !policy.hosts.has(headers.host)) {
    return refuse(421, 'this Host is not served here');
  }
  if (headers.origin !== undefined && !policy.origins.has(headers.origin)) {
    return refuse(403, 'this Origin is not allowed');
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return refuse(403, 'requests from other pages are not allowed');
  }
  return null;
}

function judgeToken(authorization: string, request: GuardedRequest, policy: GuardPolicy): Verdict {
  const given = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? '';
  if (!isSameSecret(given, policy.token)) return refuse(401, 'wrong token');
  return judgeBody(request, 'token');
}

/** Browsers send cookies unasked, so whatever changes or streams must also prove its Origin. */
function judgeCookie(request: GuardedRequest, policy: GuardPolicy): Verdict {
  const needsOrigin = request.kind === 'upgrade' || isWrite(request.method);
  if (needsOrigin && request.headers.origin === undefined) {
    return refuse(403, 'an Origin is required with a cookie');
  }
  const given = cookieValue(request.headers.cookie, policy.cookieName);
  if (given === null || !policy.isCookieValid(given)) return refuse(401, 'not signed in');
  return judgeBody(request, 'cookie');
}

/** A form can post text/plain across origins without a preflight; it cannot post JSON. */
function judgeBody({ method, headers }: GuardedRequest, by: 'token' | 'cookie'): Verdict {
  const isJson = /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
  if (isWrite(method) && !isJson) return refuse(415, 'writes must be application/json');
  return { kind: 'allowed', by };
}

function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** The value of one cookie in a `Cookie` header; null when it is not there. */
export function cookieValue(header: string | undefined, name: string): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}

function refuse(status: RefusalStatus, reason: string): Verdict {
  return { kind: 'refused', status, reason };
}

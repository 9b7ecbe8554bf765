import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from '@jest/globals';
import { type GuardedRequest, judge, loopbackNames } from '../../../web/request-guard.ts';

const POLICY = {
  ...loopbackNames(8765),
  token: 'the-token',
  cookieName: 'claude_failover_8765',
  isCookieValid: (value: string) => value === 'the-cookie',
};
const HOST = '127.0.0.1:8765';
const ORIGIN = `http://${HOST}`;
const COOKIE = 'theme=dark; claude_failover_8765=the-cookie';
const BEARER = 'Bearer the-token';
const JSON_TYPE = 'application/json; charset=utf-8';

function verdictOn(headers: IncomingHttpHeaders, request: Partial<GuardedRequest> = {}) {
  const verdict = judge(
    {
      method: 'GET',
      kind: 'http',
      access: 'private',
      ...request,
      headers: { host: HOST, ...headers },
    },
    POLICY,
  );
  return verdict.kind === 'allowed' ? verdict.by : verdict.status;
}

test.each([
  ['its address', HOST],
  ['localhost', 'localhost:8765'],
  ['the IPv6 loopback', '[::1]:8765'],
])('%s is a Host that is served', (_, host) => {
  expect(verdictOn({ host, authorization: BEARER })).toBe('token');
});

test.each([
  ['no Host', undefined],
  ['a name that was rebound to loopback', 'evil.example:8765'],
  ['the right name without a port', '127.0.0.1'],
  ['the right name with another port', '127.0.0.1:80'],
  ['a name that ends in ours', 'x127.0.0.1:8765'],
  ['a name that begins with ours', '127.0.0.1:8765.evil.example'],
  ['all addresses', '0.0.0.0:8765'],
  ['other letters of the same name', 'LOCALHOST:8765'],
])('%s is misdirected, whatever the token', (_, host) => {
  expect(verdictOn({ host, authorization: BEARER })).toBe(421);
  expect(verdictOn({ host, authorization: BEARER }, { kind: 'upgrade' })).toBe(421);
  expect(verdictOn({ host }, { access: 'public' })).toBe(421);
});

test.each([
  ['another port of loopback', 'http://127.0.0.1:8766'],
  ['another site', 'https://evil.example'],
  ['a sandboxed frame', 'null'],
  ['https on our port', 'https://127.0.0.1:8765'],
  ['nothing', ''],
])('the Origin of %s is refused, whatever the secret', (_, origin) => {
  expect(verdictOn({ origin, authorization: BEARER })).toBe(403);
  expect(verdictOn({ origin, cookie: COOKIE })).toBe(403);
  expect(verdictOn({ origin, cookie: COOKIE }, { kind: 'upgrade' })).toBe(403);
  expect(verdictOn({ origin }, { access: 'public' })).toBe(403);
});

test.each(['cross-site', 'same-site'])('a request that says it is %s is refused', (site) => {
  expect(verdictOn({ 'sec-fetch-site': site, cookie: COOKIE })).toBe(403);
  expect(verdictOn({ 'sec-fetch-site': site }, { access: 'public' })).toBe(403);
});

test.each(['same-origin', 'none'])('a request that says it is %s is not refused for it', (site) => {
  expect(verdictOn({ 'sec-fetch-site': site, cookie: COOKIE })).toBe('cookie');
});

test.each([
  ['nothing', {}],
  ['a wrong token', { authorization: 'Bearer the-tokem' }],
  ['the beginning of the token', { authorization: 'Bearer the-toke' }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['the token by another scheme', { authorization: 'Basic the-token' }],
  ['a wrong cookie', { cookie: 'claude_failover_8765=other' }],
  ['the cookie of a daemon on another port', { cookie: 'claude_failover_8766=the-cookie' }],
  ['the token as a cookie', { cookie: 'claude_failover_8765=the-token' }],
  ['the cookie as a token', { authorization: 'Bearer the-cookie' }],
  ['a wrong token beside a right cookie', { authorization: 'Bearer x', cookie: COOKIE }],
])('%s does not sign in', (_, headers) => {
  expect(verdictOn(headers)).toBe(401);
  expect(verdictOn({ ...headers, origin: ORIGIN }, { kind: 'upgrade' })).toBe(401);
});

test('what is public needs no secret', () => {
  expect(verdictOn({}, { access: 'public' })).toBe('public');
});

test('the cookie reads without an Origin, as a page that is opened does', () => {
  expect(verdictOn({ cookie: COOKIE })).toBe('cookie');
});

test('the cookie opens a WebSocket only for a page of ours', () => {
  expect(verdictOn({ cookie: COOKIE }, { kind: 'upgrade' })).toBe(403);
  expect(verdictOn({ cookie: COOKIE, origin: ORIGIN }, { kind: 'upgrade' })).toBe('cookie');
});

test('the token opens a WebSocket without an Origin: programs send none', () => {
  expect(verdictOn({ authorization: BEARER }, { kind: 'upgrade' })).toBe('token');
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
  '%s with the cookie must prove its Origin',
  (method) => {
    const headers = { cookie: COOKIE, 'content-type': JSON_TYPE };
    expect(verdictOn(headers, { method })).toBe(403);
    expect(verdictOn({ ...headers, origin: ORIGIN }, { method })).toBe('cookie');
  },
);

test.each([
  ['a form', 'application/x-www-form-urlencoded'],
  ['plain text', 'text/plain'],
  ['JSON by half a name', 'application/jsonx'],
  ['nothing', undefined],
])('a write that carries %s is refused', (_, type) => {
  const body = type === undefined ? {} : { 'content-type': type };
  expect(verdictOn({ ...body, authorization: BEARER }, { method: 'POST' })).toBe(415);
  expect(verdictOn({ ...body, cookie: COOKIE, origin: ORIGIN }, { method: 'POST' })).toBe(415);
});

import { type Headers, rejectedHeaders } from './rate-limit-headers.ts';
import type { StubAccount } from './stub-account.ts';

/** How a mode fails: an HTTP error, a dropped connection, or no answer at all. */
export type Failure =
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly type: string;
      readonly message: string;
      readonly headers: Headers;
    }
  | { readonly kind: 'html'; readonly status: number; readonly html: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

/** The failure that a mode stands for; null when the mode is a reply. */
export function failureOf(mode: string, account: StubAccount): Failure | null {
  return FAILURES.get(mode)?.(account) ?? null;
}

const LIMIT_TEXT = "This request would exceed your account's rate limit. Please try again later.";
const NO_RETRY = { 'x-should-retry': 'false' };
const RETRY = { 'x-should-retry': 'true' };

const FAILURES: ReadonlyMap<string, (account: StubAccount) => Failure> = new Map([
  ['limit_5h', limit('five_hour')],
  ['limit_7d', limit('seven_day')],
  ['limit_opus', limit('seven_day_opus')],
  ['limit_overage_out', limit('overage')],
  // No unified headers: the server is busy, and the account is not at its limit.
  [
    'throttle_429',
    error(429, 'rate_limit_error', 'Number of requests has exceeded your per-minute rate limit', {
      'retry-after': '2',
    }),
  ],
  [
    'credit_400',
    error(400, 'invalid_request_error', 'Your credit balance is too low to access the API.'),
  ],
  ['usage_cap_400', usageCap],
  ['org_disabled_400', error(400, 'invalid_request_error', 'This organization has been disabled.')],
  ['auth401', error(401, 'authentication_error', 'invalid x-api-key', NO_RETRY)],
  ['auth401_oauth', error(401, 'authentication_error', 'OAuth token has expired.', NO_RETRY)],
  ['auth401_bearer', error(401, 'authentication_error', 'Invalid bearer token', NO_RETRY)],
  [
    'key_disabled_403',
    error(403, 'permission_error', 'API key authentication is disabled for this organization.'),
  ],
  ['auth403', error(403, 'permission_error', 'Your account may not use this resource.')],
  ['revoked403', error(403, 'permission_error', 'OAuth token has been revoked.')],
  [
    'oauth_org',
    error(
      403,
      'permission_error',
      'OAuth authentication is currently not allowed for this organization.',
    ),
  ],
  ['overloaded529', error(529, 'overloaded_error', 'Overloaded', RETRY)],
  ['err500', error(500, 'api_error', 'Internal server error', RETRY)],
  [
    'too_long',
    error(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
  ],
  ['html502', () => ({ kind: 'html', status: 502, html: '<h1>502 Bad Gateway</h1>' })],
  ['reset', () => ({ kind: 'reset' })],
  ['hang', () => ({ kind: 'hang' })],
]);

function limit(claim: string): (account: StubAccount) => Failure {
  return (account) => ({
    kind: 'error',
    status: 429,
    type: 'rate_limit_error',
    message: LIMIT_TEXT,
    headers: rejectedHeaders(account, claim),
  });
}

/** Access comes back when the weekly window does: the cap names a day and a minute, in UTC. */
function usageCap(account: StubAccount): Failure {
  const [day, time] = new Date(account.quota.sevenDay.resetsAt * 1000).toISOString().split('T');
  const message = `You have reached your specified API usage limits. You will regain access on ${day} at ${time?.slice(0, 5)} UTC.`;
  return error(400, 'invalid_request_error', message)();
}

function error(
  status: number,
  type: string,
  message: string,
  headers: Headers = {},
): () => Failure {
  return () => ({ kind: 'error', status, type, message, headers });
}

import type { LimitWindow } from '../../machines/accounts.ts';
import type { WAYS } from './matrix-ways.ts';

/** One way in which a turn can end: how it is made, what the client records of it, and what follows. */
export interface MatrixRow {
  readonly name: string;
  /** With which clients it is played: `specs/e2e/matrix-<pool>.test.ts`. */
  readonly pool: 'limits' | 'pro' | 'logins' | 'key' | 'server' | 'people';
  /** What the API stub answers with. */
  readonly mode: string;
  /** How the client's record of the error begins; null = it records none. */
  readonly records: { readonly error: string; readonly says: string } | null;
  readonly way: keyof typeof WAYS;
  /** Of a limit. */
  readonly window?: LimitWindow;
}

/** Every way in which a turn can end, in the order of the table in docs/FAILOVER.md. */
export const MATRIX: readonly MatrixRow[] = [
  {
    name: 'the limit of 5 hours',
    pool: 'limits',
    mode: 'limit_5h',
    records: { error: 'rate_limit', says: "You've hit your session limit · resets" },
    way: 'limit',
    window: 'five_hour',
  },
  {
    name: 'the same on Pro: the client opens its dialog',
    pool: 'pro',
    mode: 'limit_5h',
    records: { error: 'rate_limit', says: "You've hit your session limit · resets" },
    way: 'limit',
    window: 'five_hour',
  },
  {
    name: 'the limit of 7 days',
    pool: 'limits',
    mode: 'limit_7d',
    records: { error: 'rate_limit', says: "You've hit your weekly limit · resets" },
    way: 'limit',
    window: 'seven_day',
  },
  {
    name: 'the limit of a model',
    pool: 'limits',
    mode: 'limit_opus',
    records: { error: 'rate_limit', says: "You've hit your Opus limit · resets" },
    way: 'limit',
    window: 'model',
  },
  {
    name: 'no usage credits are left',
    pool: 'limits',
    mode: 'limit_overage_out',
    records: { error: 'rate_limit', says: "You're out of usage credits · resets" },
    way: 'limit',
    window: 'overage',
  },
  {
    name: 'the usage cap of an API key',
    pool: 'key',
    mode: 'usage_cap_400',
    records: {
      error: 'unknown',
      says: 'API Error: 400 You have reached your specified API usage limits.',
    },
    way: 'limit',
    window: 'overage',
  },
  {
    name: 'no credit is left (API key)',
    pool: 'key',
    mode: 'credit_400',
    records: { error: 'billing_error', says: 'Credit balance is too low' },
    way: 'login',
  },
  {
    name: 'the API key is wrong (401)',
    pool: 'key',
    mode: 'auth401',
    records: { error: 'authentication_failed', says: 'Invalid API key' },
    way: 'login',
  },
  {
    name: "the API key's organization is disabled",
    pool: 'key',
    mode: 'org_disabled_400',
    records: {
      error: 'invalid_request',
      says: 'Your ANTHROPIC_API_KEY belongs to a disabled organization',
    },
    way: 'login',
  },
  {
    name: 'the organization lets no API key in',
    pool: 'key',
    mode: 'key_disabled_403',
    records: {
      error: 'invalid_request',
      says: 'Your organization has disabled API key authentication',
    },
    way: 'login',
  },
  {
    name: 'the login has expired (401)',
    pool: 'logins',
    mode: 'auth401_oauth',
    records: { error: 'authentication_failed', says: 'Please run /login · API Error: 401' },
    way: 'login',
  },
  {
    name: 'nobody is logged in (401)',
    pool: 'logins',
    mode: 'auth401',
    records: { error: 'authentication_failed', says: 'Not logged in · Please run /login' },
    way: 'login',
  },
  {
    name: 'the account may not use it (403)',
    pool: 'logins',
    mode: 'auth403',
    records: { error: 'authentication_failed', says: 'Please run /login · API Error: 403' },
    way: 'login',
  },
  {
    name: 'the login was revoked',
    pool: 'logins',
    mode: 'revoked403',
    records: { error: 'authentication_failed', says: 'OAuth token revoked · Please run /login' },
    way: 'login',
  },
  {
    name: 'the organization lets no subscription in',
    pool: 'logins',
    mode: 'oauth_org',
    records: {
      error: 'oauth_org_not_allowed',
      says: 'Your organization has disabled Claude subscription access',
    },
    way: 'login',
  },
  {
    name: 'the organization is disabled',
    pool: 'logins',
    mode: 'org_disabled_400',
    records: { error: 'unknown', says: 'API Error: 400 This organization has been disabled.' },
    way: 'login',
  },
  {
    name: 'the server is busy (429)',
    pool: 'server',
    mode: 'throttle_429',
    records: {
      error: 'rate_limit',
      says: 'API Error: Server is temporarily limiting requests (not your usage limit)',
    },
    way: 'again',
  },
  {
    name: 'the server is busy (429), with an API key',
    pool: 'key',
    mode: 'throttle_429',
    records: { error: 'rate_limit', says: 'API Error: Request rejected (429)' },
    way: 'again',
  },
  {
    name: 'the server is overloaded (529)',
    pool: 'server',
    mode: 'overloaded529',
    records: { error: 'server_error', says: 'API Error: 529 Overloaded' },
    way: 'again',
  },
  {
    name: 'the server fails (500)',
    pool: 'server',
    mode: 'err500',
    records: { error: 'server_error', says: 'API Error: 500' },
    way: 'again',
  },
  {
    name: 'a gateway fails (502, a page of HTML)',
    pool: 'server',
    mode: 'html502',
    records: { error: 'server_error', says: 'API Error: 502' },
    way: 'again',
  },
  {
    name: 'the connection is refused',
    pool: 'server',
    mode: 'refused',
    records: {
      error: 'server_error',
      says: 'API Error: Unable to connect to API (ConnectionRefused)',
    },
    way: 'again',
  },
  {
    name: 'the connection is reset',
    pool: 'server',
    mode: 'reset',
    records: { error: 'server_error', says: 'API Error: Unable to connect to API (ECONNRESET)' },
    way: 'again',
  },
  {
    name: 'no answer comes',
    pool: 'server',
    mode: 'hang',
    records: { error: 'server_error', says: 'Request timed out' },
    way: 'again',
  },
  {
    name: 'the prompt is too long',
    pool: 'server',
    mode: 'too_long',
    records: { error: 'invalid_request', says: 'Prompt is too long' },
    way: 'again',
  },
  {
    name: 'the stream is cut: the client asks again',
    pool: 'server',
    mode: 'cut',
    records: null,
    way: 'done',
  },
  {
    name: 'an error in the stream: the client asks again',
    pool: 'server',
    mode: 'sse_error',
    records: null,
    way: 'done',
  },
  {
    name: 'a reply that quotes every such message',
    pool: 'server',
    mode: 'trap',
    records: null,
    way: 'done',
  },
  {
    name: 'a file or a task that quotes them',
    pool: 'server',
    mode: 'tool_read',
    records: null,
    way: 'done',
  },
  {
    name: 'a tool needs a permission',
    pool: 'people',
    mode: 'tool_bash',
    records: null,
    way: 'asks',
  },
  {
    name: 'the agent asks a question',
    pool: 'people',
    mode: 'tool_ask',
    records: null,
    way: 'asks',
  },
  {
    name: 'a person presses Escape',
    pool: 'people',
    mode: 'slow',
    records: null,
    way: 'interrupted',
  },
];

/** Its rows of one pool. */
export function rowsOf(pool: MatrixRow['pool']): readonly MatrixRow[] {
  return MATRIX.filter((row) => row.pool === pool);
}

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { LimitWindow } from '../../../machines/accounts.ts';
import { evidenceOf, troubleOf } from '../../../machines/policy/trouble.ts';
import { turnFailure } from '../../harness/turn-failures.ts';

const HOOKS = new URL('../../fixtures/client-payloads/hooks/', import.meta.url);
const OF = { session: 'pool-0', conversation: 'c-0' };

const said = (message: string) => troubleOf(turnFailure({ message }));

test.each<readonly [string, LimitWindow]>([
  ["You've hit your session limit · resets 8:13am (UTC)", 'five_hour'],
  ["You've hit your weekly limit · resets Nov 25, 6:13am (UTC)", 'seven_day'],
  ["You've hit your Opus limit · resets Nov 25, 6:13am (UTC)", 'model'],
  ["You've hit your Sonnet limit", 'model'],
  ["You've hit your Fable 5 limit · resets 6am (UTC)", 'model'],
  [
    "You've reached your Fable 5 limit. Run /usage-credits to continue or switch models with /model.",
    'model',
  ],
  ['Fable 5 requires usage credits. /model to switch models.', 'model'],
  ["You've hit your usage credit limit", 'overage'],
  ["You've hit your monthly spend limit. /model to switch models.", 'overage'],
  ["You've hit your org's monthly usage limit · resets Dec 1, 1am (UTC)", 'overage'],
  ["You're out of usage credits · resets Nov 25, 6:13am (UTC)", 'overage'],
  ["You're out of extra usage · resets 9pm (UTC)", 'overage'],
  ['Your org is out of usage · contact your admin', 'overage'],
  ["Your seat type doesn't include usage credits", 'overage'],
  ["Your group's usage limit is set to $0 · run /usage-credits to ask your admin", 'overage'],
  ['Your usage allocation has been disabled by your admin', 'overage'],
  ['This service is disabled for your org', 'overage'],
  ["You've hit your usage limit · contact your admin to increase it", 'unknown'],
  ["You've hit your limit · resets 8:13am (UTC)", 'unknown'],
  ["You've reached your lot", 'unknown'],
  ['You\u2019ve hit your session limit · resets 8:13am (UTC)', 'five_hour'],
  ["  You've hit your session limit", 'five_hour'],
])('%s', (message, window) => {
  expect(said(message)).toMatchObject({ kind: 'limit', window });
});

test('the minute in which a limit ends is the one that the message names', () => {
  const seen = { kind: 'limit', window: 'five_hour', resetsAt: Date.UTC(2026, 10, 22, 8, 13) };
  expect(said("You've hit your session limit · resets 8:13am (UTC)")).toEqual(seen);
  expect(said("You've hit your session limit")).toEqual({ ...seen, resetsAt: null });
  expect(said("You've hit your session limit · resets 8:13am (Mars/Olympus)")).toEqual({
    ...seen,
    resetsAt: null,
  });
});

test.each([
  'API Error: Server is temporarily limiting requests (not your usage limit) · try again',
  "API Error: Request rejected (429) · You've hit your session limit",
  'API Error: Usage credits required for 1M context · run /usage-credits to turn them on',
  'Opus is experiencing high load, please use /model to switch to Sonnet',
  "This request would exceed your account's rate limit. Please try again later.",
  "I was told: You've hit your session limit · resets 8:13am (UTC)",
  "You've used 92% of your session limit · resets 8:13am (UTC)",
  "You're now using usage credits · Your session limit resets 8:13am (UTC)",
  'No response requested.',
  '',
])('no limit of the account: %s', (message) => {
  expect(said(message)).toBeNull();
});

test('a limit is told by its own error and status only', () => {
  expect(troubleOf(turnFailure({ status: 429 }))).not.toBeNull();
  expect(troubleOf(turnFailure({ status: 529 }))).toBeNull();
  for (const error of ['server_error', 'unknown', 'invalid_request', 'overloaded', '']) {
    expect(troubleOf(turnFailure({ error }))).toBeNull();
  }
});

test.each(['authentication_failed', 'oauth_org_not_allowed', 'billing_error'])(
  'the login of an account with %s does not work',
  (error) => {
    const message = 'Please run /login · API Error: 401';
    expect(troubleOf(turnFailure({ error, message, status: 401 }))).toEqual({ kind: 'login' });
  },
);

const CAP =
  'API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.';
const WORKSPACE_CAP = 'API Error: 400 You have reached your specified workspace API usage limits.';

test.each([CAP, WORKSPACE_CAP])('an organization that is at the cap it has set: %s', (message) => {
  const capped = { error: 'unknown', message };
  const seen = { kind: 'limit', window: 'overage' };
  expect(troubleOf(turnFailure(capped))).toMatchObject(seen);
  expect(troubleOf(turnFailure({ ...capped, status: 400 }))).toMatchObject(seen);
  expect(troubleOf(turnFailure({ ...capped, status: 500 }))).toBeNull();
});

test.each([
  ['invalid_request', CAP],
  ['server_error', CAP],
  ['unknown', CAP.replace('API Error: 400 ', '')],
  ['unknown', `API Error: 400 the tool said: ${CAP}`],
  ['unknown', 'API Error: 400 You have reached your specified maximum of images'],
])('no cap of usage: %s %s', (error, message) => {
  expect(troubleOf(turnFailure({ error, message }))).toBeNull();
});

test.each([
  ['invalid_request', 'Your ANTHROPIC_API_KEY belongs to a disabled organization · Update it'],
  ['invalid_request', 'Your organization has disabled API key authentication · Unset the key'],
  ['unknown', 'API Error: 400 This organization has been disabled.'],
])('a login that is refused as if the request were wrong: %s %s', (error, message) => {
  expect(troubleOf(turnFailure({ error, message, status: 400 }))).toEqual({ kind: 'login' });
});

test.each([
  ['server_error', 'Your ANTHROPIC_API_KEY belongs to a disabled organization'],
  ['invalid_request', 'I read: Your ANTHROPIC_API_KEY belongs to a disabled organization'],
  ['invalid_request', 'Prompt is too long'],
  ['unknown', 'API Error: 400 the page says: This organization has been disabled'],
  ['unknown', 'This organization has been disabled'],
])('a login of which nothing is known: %s %s', (error, message) => {
  expect(troubleOf(turnFailure({ error, message }))).toBeNull();
});

test('what the real client said at each failure is taken for what it is', () => {
  const kinds = readdirSync(HOOKS)
    .filter((name) => name.startsWith('StopFailure.'))
    .map((name) => {
      const { error, last_assistant_message: message } = JSON.parse(
        readFileSync(new URL(name, HOOKS), 'utf8'),
      );
      return [error, troubleOf(turnFailure({ error, message }))?.kind ?? null];
    });
  expect(Object.fromEntries(kinds)).toEqual({
    rate_limit: 'limit',
    authentication_failed: 'login',
    oauth_org_not_allowed: 'login',
    billing_error: 'login',
    invalid_request: null,
    server_error: null,
    // The cap of an organization's API usage.
    unknown: 'limit',
  });
});

test('the evidence is what was recorded, and of whom', () => {
  const { kind, ...failure } = turnFailure({ status: 429, source: 'transcript' });
  expect(kind).toBe('failed');
  expect(evidenceOf({ kind, ...failure }, OF)).toEqual({ ...failure, ...OF });
});

test('a long message is cut to 500 characters, and no character in two', () => {
  const { message } = evidenceOf(turnFailure({ message: 'm'.repeat(600) }), OF);
  expect(message).toBe('m'.repeat(500));
  const emoji = evidenceOf(turnFailure({ message: `${'m'.repeat(499)}😀` }), OF);
  expect(emoji.message).toBe('m'.repeat(499));
});

test('the evidence has no secret in it, nor half of one where it is cut', () => {
  // Split, so that no scanner takes this file for a leak.
  const key = ['sk-', 'ant-', 'api03-AbCdEf_0123456789-xyz'].join('');
  const error = `key ${key}`;
  const told = evidenceOf(turnFailure({ error, message: `Invalid API key: ${key}` }), OF);
  expect(told).toMatchObject({
    error: 'key [REDACTED]',
    message: 'Invalid API key: [REDACTED]',
  });
  const before = `${'m'.repeat(490)} `;
  const { message } = evidenceOf(turnFailure({ message: `${before}${key}` }), OF);
  expect(message).toBe(`${before}[REDACTED`);
});

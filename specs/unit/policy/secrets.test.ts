import { expect, test } from '@jest/globals';
import { isSecretKey, withoutSecrets } from '../../../machines/policy/secrets.ts';

// Split, so that no scanner takes this file for a leak.
const secret = (...parts: readonly string[]) => parts.join('');
const ANTHROPIC = secret('sk-', 'ant-', 'api03-AbCdEf_0123456789-xyz');
const GITHUB = secret('gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8');
const SLACK = secret('xox', 'b-', '123456789012-abcdefghijkl');
const JWT = secret('eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJ', 'zdWIiOiIxIn0.c2lnbmF0dXJl');
const TELEGRAM = secret('123456789', ':', 'AAF0aBcDeFgHiJkLmNoPqRsTuVwXyZ01234');
const AWS = secret('AKIA', 'IOSFODNN7EXAMPLE');
const PEM = secret('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----');

test.each([
  [`the client said ${ANTHROPIC}.`, 'the client said [REDACTED].'],
  [`key ${GITHUB} and ${SLACK}`, 'key [REDACTED] and [REDACTED]'],
  [`${JWT},${AWS}`, '[REDACTED],[REDACTED]'],
  [`bot ${TELEGRAM} talks`, 'bot [REDACTED] talks'],
  [`before ${PEM} after`, 'before [REDACTED] after'],
  [PEM.slice(0, 45), '[REDACTED]'],
  ['got Bearer abc.def-123456', 'got Bearer [REDACTED]'],
  ['Authorization: Digest user="x"\nHost: h', 'Authorization: [REDACTED]"x"\nHost: h'],
  ['Set-Cookie: sid=1; b=2\nHost: h', 'Set-Cookie: [REDACTED]\nHost: h'],
  ['ANTHROPIC_API_KEY=hunter2 claude', 'ANTHROPIC_API_KEY=[REDACTED] claude'],
  ["password: 'two words', user: 'x'", "password: [REDACTED], user: 'x'"],
  ['{"access_token": "hunter2", "n": 1}', '{"access_token": [REDACTED], "n": 1}'],
  ['{"body":"{\\"token\\":\\"hunter2\\"}"}', '{"body":"{\\"token\\":[REDACTED]}"}'],
  ['claude --api-key hunter2 --print', 'claude --api-key [REDACTED] --print'],
  ['postgres://me:hunter2@db/x', 'postgres://[REDACTED]@db/x'],
  ['https://me:hun@ter2@host/x', 'https://[REDACTED]@host/x'],
  ['GET /login?a=1&token=hunter2&b=2', 'GET /login?a=1&token=[REDACTED]&b=2'],
])('in %j the secret is hidden, and only it', (text, expected) => {
  expect(withoutSecrets(text, '[REDACTED]')).toBe(expected);
});

test.each([
  '5f2d7c1e-8a4b-4c3d-9e2f-0123456789ab',
  '1700000000:5f2d7c1e-8a4b-4c3d-9e2f-0123456789ab',
  'restart 2 of 10 in 500 ms',
  'used input_tokens=5, max_tokens: 100',
  '/home/me/.claude-first/projects/-home-me-risk-assessment/x.jsonl',
  'me@example.org wrote to https://example.org/a@b?page=2',
  'the token was refused',
])('%j holds no secret and stays as it is', (text) => {
  expect(withoutSecrets(text, '[REDACTED]')).toBe(text);
});

test.each([
  'token',
  'accessToken',
  'access_token',
  'GITHUB_TOKEN',
  'x-api-key',
  'apiKey',
  'privateKey',
  'AWS_SECRET_ACCESS_KEY',
  'Authorization',
  'set-cookie',
  'PGPASSWORD',
  'smtp_pass',
  'credentials',
  'clientSecret',
  'auth',
])('what stands under %s is hidden', (key) => {
  expect(isSecretKey(key)).toBe(true);
});

test.each([
  'session',
  'key',
  'input_tokens',
  'outputTokens',
  'tokenFile',
  'bypass',
  'author',
  'cwd',
  'conversation',
])('what stands under %s is shown', (key) => {
  expect(isSecretKey(key)).toBe(false);
});

test.each([
  'a',
  'a.',
  'a-a',
  '://a',
  '://a@',
  'eyJ-',
  'eyJaaaaa.',
  'token ',
  'token=',
  '--a-',
  'bearer ',
  '-----BEGIN ',
  '"',
  '\\',
  ' ',
])('a long text of nothing but %j is looked through in linear time', (unit) => {
  const start = (length: number) => unit.repeat(length / unit.length);
  const [short, long] = [costOf(start(4_000)), costOf(start(64_000))];
  // 16 times the length: linear is about 16 times the cost, quadratic 256 times.
  expect(long).toBeLessThan(Math.max(short, 0.5) * 100);
});

/** Milliseconds of CPU, the least of several runs: what the others took longer was the machine's doing. */
function costOf(text: string): number {
  const costs = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    withoutSecrets(text, '[REDACTED]');
    return process.cpuUsage(start).user / 1000;
  });
  return Math.min(...costs);
}

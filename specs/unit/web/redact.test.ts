import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createActor, fromCallback } from 'xstate';
import { redact } from '../../../web/redact.ts';

test('names, ids, numbers and words of ours are shown', () => {
  const value = { account: 'compte1', session: 'ccl-auto-11', restarts: 2, held: false, pid: null };
  expect(redact(value)).toEqual(value);
});

test('what led to the state of an account is shown, but for what was said', () => {
  const known = {
    window: 'five_hour',
    source: 'signal',
    error: 'rate_limit',
    home: '/home/me/one',
  };
  expect(redact({ ...known, message: 'a limit' })).toEqual({
    ...known,
    message: '[7 characters]',
  });
});

test('text under a key that nobody has vouched for is only counted', () => {
  expect(redact({ prompt: 'write a poem', lastScreen: '$ ls' })).toEqual({
    prompt: '[12 characters]',
    lastScreen: '[4 characters]',
  });
});

test.each([
  ['token', 'abc'],
  ['apiKey', 'abc'],
  ['Authorization', 'Bearer abc'],
  ['sessionCookie', { deep: 'abc' }],
  ['env', { A: 'abc' }],
  ['password', 1234],
])('whatever is under %s is hidden', (key, value) => {
  expect(redact({ [key]: value })).toEqual({ [key]: '[hidden]' });
});

test('a count of tokens is no secret', () => {
  expect(redact({ inputTokens: 12 })).toEqual({ inputTokens: 12 });
});

test.each([
  'sk-ant-api03-abcdef',
  'Bearer eyJhbGciOi',
  'ghp_0123456789abcdef',
  'xoxb-123-456',
  '123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc',
  'https://user:pass@host/',
  'https://host/?token=abc',
])('%s is hidden even in text that is shown', (secret) => {
  expect(JSON.stringify(redact({ reason: `failed with ${secret} today` }))).not.toContain(secret);
});

test('what stands under `error` is shown while it is a word of the client, and not what it said', () => {
  expect(redact({ error: 'rate_limit' })).toEqual({ error: 'rate_limit' });
  expect(redact({ error: 'rate_limit: see my notes' })).toEqual({ error: '[24 characters]' });
});

test('an error shows its name, code and message, without its secrets and its stack', () => {
  const error = Object.assign(new TypeError('no Bearer abcdef'), { code: 'ENOENT' });
  expect(redact({ error })).toEqual({
    error: { name: 'TypeError', code: 'ENOENT', message: 'no Bearer [hidden]' },
  });
});

test('actors, functions, dates, maps and sets are told in short', () => {
  const actor = createActor(
    fromCallback(() => {}),
    { id: 'watch' },
  );
  const value = {
    actor,
    now: () => 1,
    at: new Date(0),
    big: 1n,
    map: new Map([['count', 1]]),
    set: new Set([1, 2]),
    nothing: undefined,
  };
  expect(redact(value)).toEqual({
    actor: '[actor watch]',
    now: '[function]',
    at: '1970-01-01T00:00:00.000Z',
    big: '1',
    map: { count: 1 },
    set: [1, 2],
    nothing: null,
  });
});

test('long lists and deep trees are cut', () => {
  const list = redact({ counts: Array.from({ length: 100 }, (_, i) => i) });
  expect(list).toEqual({ counts: [...Array.from({ length: 30 }, (_, i) => i), '[70 more]'] });
  const cycle: Record<string, unknown> = { n: 1 };
  cycle['self'] = cycle;
  expect(JSON.stringify(redact(cycle))).toContain('[deeper]');
});

test('what cannot even be read does not throw', () => {
  const trap = {
    get broken(): never {
      throw new Error('no');
    },
  };
  expect(redact(trap)).toBe('[unreadable]');
});

test('whatever it is given, the outcome is JSON', () => {
  fc.assert(
    fc.property(
      fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true }),
      (value) => {
        const shown = redact(value);
        const text = JSON.stringify({ shown });
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      },
    ),
  );
});

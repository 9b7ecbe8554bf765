import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LINE_BYTES, lineOf } from '../../../actors/log/line.ts';
import { FailoverError } from '../../../config/errors.ts';

const HEAD = {
  time: '2026-01-02T03:04:05.678Z',
  level: 'info',
  event: 'session.ready',
  msg: 'pool-0: ready',
} as const;

test('a line is one JSON object: time, level, event, msg, then the facts in their order', () => {
  expect(lineOf(HEAD, { session: 'pool-0', index: 0, account: null })).toBe(
    '{"time":"2026-01-02T03:04:05.678Z","level":"info","event":"session.ready","msg":"pool-0: ready","session":"pool-0","index":0,"account":null}\n',
  );
});

test('no fact can pass for the head', () => {
  const line = parsed({ time: 'never', level: 'debug', event: 'daemon.ready', msg: 'all is well' });
  expect(line).toEqual(HEAD);
});

test('values that JSON does not know are written as what they are', () => {
  const facts = {
    map: new Map<unknown, unknown>([['a', 1n]]),
    set: new Set([1, 'b']),
    date: new Date(0),
    noDate: new Date(Number.NaN),
    url: new URL('http://h/p'),
    bytes: Buffer.from('secret'),
    nan: Number.NaN,
    call: () => 1,
    symbol: Symbol('s'),
    list: [undefined, null],
    nothing: undefined,
  };
  expect(parsed(facts)).toEqual({
    ...HEAD,
    map: { a: '1' },
    set: [1, 'b'],
    date: '1970-01-01T00:00:00.000Z',
    noDate: 'Invalid Date',
    url: 'http://h/p',
    bytes: '[6 bytes]',
    nan: 'NaN',
    call: '[Function]',
    symbol: 'Symbol(s)',
    list: [null, null],
  });
});

test('a circle is cut where it closes, and the same object twice is no circle', () => {
  const circle: Record<string, unknown> = { name: 'c' };
  circle['self'] = circle;
  const shared = { n: 1 };
  expect(parsed({ circle, pair: [shared, shared] })).toMatchObject({
    circle: { name: 'c', self: '[Circular]' },
    pair: [{ n: 1 }, { n: 1 }],
  });
});

test('an error says its type, message, stack, code, facts and cause, and stays as it was', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'EINNER' });
  const error = new FailoverError('STORE_FAILED', 'outer', { file: '/f' }, cause);
  const line = parsed({ error });
  expect(line['error']).toEqual({
    type: 'FailoverError',
    message: 'outer',
    stack: expect.stringContaining('outer'),
    code: 'STORE_FAILED',
    facts: { file: '/f' },
    cause: {
      type: 'TypeError',
      message: 'inner',
      stack: expect.stringContaining('inner'),
      code: 'EINNER',
    },
  });
  expect(Object.keys(error)).not.toContain('level');
});

test('an error of another realm, one of many errors and one that causes itself are told too', () => {
  const foreign: unknown = runInNewContext('new Error("foreign")');
  const own = new Error('own');
  own.cause = own;
  expect(parsed({ foreign, many: new AggregateError([own], 'many') })).toMatchObject({
    foreign: { type: 'Error', message: 'foreign' },
    many: { message: 'many', errors: [{ message: 'own', cause: '[Circular]' }] },
  });
});

test('what throws when it is looked at spoils only itself', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const trap = {
    get bad() {
      throw new Error('no');
    },
    good: 1,
    toJSON() {
      throw new Error('no');
    },
  };
  expect(parsed({ proxy, trap, session: 's' })).toMatchObject({
    proxy: '[Unreadable]',
    trap: { bad: '[Unreadable]', good: 1 },
    session: 's',
  });
});

test('secrets are hidden wherever they stand: value, message, key, error, map', () => {
  const secret = ['sk-', 'ant-', 'abcdefghijklmnop'].join('');
  const line = lineOf(
    { ...HEAD, msg: `it is ${secret}` },
    {
      text: secret,
      [secret]: 1,
      env: new Map([['MY_TOKEN', 'hunter2']]),
      error: new Error(`no ${secret}`, { cause: { password: 'hunter2', token: null } }),
      long: `${'x'.repeat(4_090)}${secret}`,
    },
  );
  expect(line).not.toContain('sk-');
  expect(line).not.toContain('hunter2');
  expect(JSON.parse(line)).toMatchObject({ env: { MY_TOKEN: '[REDACTED]' } });
  expect(JSON.parse(line).error.cause).toEqual({ password: '[REDACTED]', token: null });
});

test('control, direction and line separator characters are escaped, and come back when it is parsed', () => {
  const text = 'a\u001b[31m\u009b31m\u202eb\u2066c\u2028d\u2029e\u200bf\ufeffg\u007f';
  const line = lineOf(HEAD, { text, [`k\u202e`]: 1 });
  expect(line.slice(0, -1)).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(line)).toMatchObject({ text, [`k\u202e`]: 1 });
});

test('ordinary text of any language is written as it is', () => {
  expect(lineOf(HEAD, { text: 'é❯日本 👩' })).toContain('é❯日本 👩');
});

test('a string is cut at 4096 characters, never within one, and says how much is missing', () => {
  expect(parsed({ text: 'x'.repeat(5_000) })['text']).toBe(`${'x'.repeat(4_096)}…[+904]`);
  expect(parsed({ text: `${'x'.repeat(4_095)}👩👩` })['text']).toBe(`${'x'.repeat(4_095)}…[+4]`);
});

test('a line that would be too long keeps every fact, each shorter', () => {
  const facts = { session: 'pool-0', a: '❯'.repeat(4_000), b: '\u0001'.repeat(4_000), pid: 7 };
  const line = lineOf(HEAD, facts);
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES);
  expect(JSON.parse(line)).toMatchObject({
    session: 'pool-0',
    a: expect.stringMatching(/^❯+…\[\+\d+\]$/),
    pid: 7,
  });
});

test('facts of every size at once fit too', () => {
  const text = '\u0001'.repeat(5_000);
  const wide = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`${n}${text}`, text]));
  const wider = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`${n}${text}`, wide]));
  const line = lineOf(
    { ...HEAD, msg: text },
    {
      big: 10n ** 20_000n,
      symbol: Symbol(text),
      ...wide,
      ...wider,
      wider,
    },
  );
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES);
  expect(JSON.parse(line)).toMatchObject({ event: HEAD.event });
});

test('facts whose names are cut to the same are not shown as empty', () => {
  const name = 'n'.repeat(5_000);
  const same = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${name}${n}`, 'shown']));
  expect(Object.values(parsed(same))).not.toContain('');
});

test('long lists and deep structures are cut, and say so', () => {
  const deep = { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } };
  const line = parsed({ list: Array(150).fill(1), deep });
  expect(line['list']).toEqual([...Array(100).fill(1), '…[+50]']);
  expect(JSON.stringify(line['deep'])).toContain('"[Depth]"');
});

test('whatever is logged, the line is valid JSON of one line and at most 16 kB', () => {
  const anything = fc.dictionary(
    fc.string({ unit: 'binary' }),
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    }),
    { maxKeys: 50 },
  );
  const long = fc.string({ unit: 'binary', minLength: 2_000, maxLength: 9_000 });
  fc.assert(
    fc.property(
      anything,
      fc.array(long, { maxLength: 10 }),
      fc.string({ unit: 'binary' }),
      (facts, texts, msg) => {
        const line = lineOf(
          { ...HEAD, msg },
          { ...facts, texts, ...Object.fromEntries(texts.map((t) => [t, t])) },
        );
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toMatchObject({ event: HEAD.event, level: HEAD.level });
      },
    ),
    { numRuns: 100 },
  );
});

function parsed(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(lineOf(HEAD, facts));
}

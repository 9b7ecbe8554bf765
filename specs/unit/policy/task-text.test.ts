import { expect, test } from '@jest/globals';
import {
  checkTaskBytes,
  checkTaskText,
  LONGEST_TASK_BYTES,
  tooLong,
} from '../../../machines/policy/task-text.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test.each([
  'Fix the build',
  '/clear is a word here',
  'two\nlines, and a trailing one\n',
  '\tindented\n\n  ',
  'a backslash \\',
  '; $(id) `id` "quoted" \'quoted\'',
  'émoji 👩‍👩‍👧 e\u0301, right to left \u202e, a no-break space \u00a0, \u2028',
  'an honest replacement character \ufffd',
  'a mark in the \ufeff middle',
])('%j is taken as it is', (text) => {
  expect(checkTaskText(text)).toEqual({ ok: true, text });
  expect(checkTaskBytes(bytesOf(text))).toEqual({ ok: true, text });
});

test('line ends of another system become newlines, and a byte order mark goes', () => {
  const text = 'one\ntwo\n\nthree';
  expect(checkTaskText('\ufeffone\r\ntwo\r\n\r\nthree')).toEqual({ ok: true, text });
  expect(checkTaskBytes(bytesOf('\ufeffone\r\ntwo\r\n\r\nthree'))).toEqual({ ok: true, text });
});

test('only the first byte order mark is one', () => {
  expect(checkTaskText('\ufeff\ufeffx')).toEqual({ ok: true, text: '\ufeffx' });
});

test.each([
  ['NUL', '\0', 'U+0000 is a control character'],
  ['ESC', '\u001b', 'U+001B is a control character'],
  ['BEL', '\u0007', 'U+0007 is a control character'],
  ['a vertical tab', '\u000b', 'U+000B is a control character'],
  ['a form feed', '\f', 'U+000C is a control character'],
  ['DEL', '\u007f', 'U+007F is a control character'],
  ['the first of C1', '\u0080', 'U+0080 is a control character'],
  ['CSI of C1', '\u009b', 'U+009B is a control character'],
  ['the last of C1', '\u009f', 'U+009F is a control character'],
  ['a lone carriage return', '\rx', 'U+000D is a carriage return without a newline'],
  ['half a pair, first', '\ud83d', 'U+D83D is half a pair of surrogates'],
  ['half a pair, second', '\udc4d', 'U+DC4D is half a pair of surrogates'],
])('%s is refused, with its place and its name', (_, character, told) => {
  expect(checkTaskText(`é\r\nab👍${character}`)).toEqual({
    ok: false,
    message: expect.stringContaining(`line 2, column 4 (offset 10): ${told}`),
    place: { line: 2, column: 4, offset: 10 },
  });
});

test('the first of several offenders is named', () => {
  expect(checkTaskText('a\u0001\u0002')).toMatchObject({ place: { column: 2 } });
  expect(checkTaskText('a\n\rb\u0002')).toMatchObject({ place: { line: 2, column: 1 } });
});

test('a byte order mark has no column, but it has bytes', () => {
  expect(checkTaskText('\ufeff\u001b')).toMatchObject({
    place: { line: 1, column: 1, offset: 3 },
  });
});

test('two carriage returns before a newline are one too many', () => {
  expect(checkTaskText('a\r\r\nb')).toMatchObject({ place: { line: 1, column: 2, offset: 1 } });
});

test.each([
  ['a byte that never is', [0x61, 0xff], 1, '0xFF'],
  ['one that has no beginning', [0x61, 0x0a, 0x80, 0x62], 2, '0x80'],
  ['a beginning without the rest', [0xc3, 0x28], 0, '0xC3'],
  ['one that is cut off at the end', [0x61, 0xe2, 0x82], 1, '0xE2'],
  ['a beginning like that of U+FFFD', [0xef, 0xbf, 0x41], 0, '0xEF'],
  ['one after an honest U+FFFD', [0xef, 0xbf, 0xbd, 0xfe], 3, '0xFE'],
  ['a longer form than needed', [0xc0, 0x80], 0, '0xC0'],
  ['half a pair of surrogates', [0xed, 0xa0, 0x80], 0, '0xED'],
  ['one above U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 0, '0xF4'],
])('%s is refused as no UTF-8, with its offset', (_, bytes, offset, named) => {
  expect(checkTaskBytes(Uint8Array.from(bytes))).toMatchObject({
    ok: false,
    message: expect.stringMatching(`\\(offset ${offset}\\): byte ${named} is no UTF-8`),
    place: { offset },
  });
});

test.each(['', ' ', '\n\t\n', '\ufeff', '\r\n', '\u00a0\u2003'])('%j has nothing in it', (text) => {
  const refusal = { ok: false, message: 'there is nothing in it', place: null };
  expect(checkTaskText(text)).toEqual(refusal);
  expect(checkTaskBytes(bytesOf(text))).toEqual(refusal);
});

test('a text of the greatest length is taken, one byte more is not, and its size is told', () => {
  const longest = 'x'.repeat(LONGEST_TASK_BYTES - 2).concat('é');
  expect(checkTaskText(longest)).toEqual({ ok: true, text: longest });
  expect(checkTaskBytes(bytesOf(longest)).ok).toBe(true);
  const told = 'it has 1048577 bytes, and a task may have 1048576';
  expect(checkTaskText(`${longest}x`)).toMatchObject({ ok: false, message: told, place: null });
  expect(checkTaskBytes(bytesOf(`${longest}x`))).toMatchObject({ ok: false, message: told });
  expect(tooLong(5_000_000, true).message).toMatch(/^it has more than 5000000 bytes/);
});

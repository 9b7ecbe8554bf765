import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration } from '../../../config/durations.ts';
import { isLoopback, parseListenAddress } from '../../../config/listen-address.ts';
import { nearestKey } from '../../../config/nearest-key.ts';
import { dotted, isWithin, pointerOf, segmentsOf } from '../../../config/pointer.ts';
import { printable } from '../../../config/printable.ts';
import { loopbackNames } from '../../../web/request-guard.ts';

describe('a duration', () => {
  test.each([
    ['250ms', 250],
    ['60s', 60_000],
    ['1.5h', 5_400_000],
    ['30 d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    '60',
    '-1s',
    '1e3s',
    's',
    '1 parsec',
    '1s2m',
    ' 1s',
    '1s\n',
    `${'1'.repeat(400)}s`,
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('an address to listen on', () => {
  test.each([
    ['127.0.0.1:8765', { host: '127.0.0.1', port: 8765 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('%s is accepted, and is one that the page serves', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
    expect(isLoopback(address.host)).toBe(true);
    const { hosts } = loopbackNames(address.port);
    expect(hosts).toContain(text);
  });

  test.each([
    '0.0.0.0:1',
    '10.0.0.1:1',
    '127.evil.example:1',
    '127.1.2.3:1',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:80',
    '[::]:80',
    ':80',
  ])('%s is refused', (text) => {
    expect(parseListenAddress(text)).toBeNull();
  });
});

test('the nearest key is named only when it is near', () => {
  expect(nearestKey('startIndex', ['prefix', 'start_index', 'max'])).toBe('start_index');
  expect(nearestKey('zzzz', ['prefix', 'start_index', 'max'])).toBeNull();
  expect(nearestKey('any', [])).toBeNull();
  // As many letters away from both, but much more like the longer one.
  expect(nearestKey('prio', ['name', 'priority'])).toBe('priority');
});

describe('a JSON pointer', () => {
  test('escapes ~ and / so that neither is taken for the other', () => {
    expect(pointerOf(['a/b', '~1', 0])).toBe('/a~1b/~01/0');
    expect(segmentsOf('/a~1b/~01/0')).toEqual(['a/b', '~1', '0']);
  });

  test('gives back the segments it was made of, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (segments) => {
        expect(segmentsOf(pointerOf(segments))).toEqual(segments);
      }),
    );
  });

  test('is within itself and its parents, and not within a look-alike', () => {
    expect(isWithin('/a/b', '/a/b')).toBe(true);
    expect(isWithin('/a/b', '/a')).toBe(true);
    expect(isWithin('/a/b', '')).toBe(true);
    expect(isWithin('/ab', '/a')).toBe(false);
  });

  test('is shown as a person would write it', () => {
    expect(dotted('/accounts/0/name')).toBe('accounts[0].name');
    expect(dotted('')).toBe('the config');
  });
});

describe('printable text', () => {
  test('has nothing in it that a terminal obeys or that hides text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/u);
      }),
    );
  });

  test('leaves ordinary text alone, in any script', () => {
    const text = `it's "quoted" – café 日本語 👩‍👩‍👧 \\n`;
    expect(printable(text)).toBe(text);
  });

  test('shows which character there was', () => {
    expect(printable('a\nb\tc\u001b[2Jd\u009b\u202e\ud800')).toBe(
      'a\\nb\\tc\\u001b[2Jd\\u009b\\u202e\\ud800',
    );
  });
});

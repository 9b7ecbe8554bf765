import { expect, test } from '@jest/globals';
import { parseArguments } from '../../fixtures/demo-agent/arguments.ts';
import { directivesIn } from '../../fixtures/demo-agent/directives.ts';
import { applyKey, EMPTY_BOX } from '../../fixtures/demo-agent/input-box.ts';
import { createKeyDecoder } from '../../fixtures/demo-agent/keys.ts';

test('directives are read in order, with their arguments; others are text', () => {
  expect(
    directivesIn('a [[demo:work 1.5s]] b [[demo:exit 3]] [[demo:nonsense]] [[stub:x]]'),
  ).toEqual([
    { kind: 'work', durationMs: 1500 },
    { kind: 'exit', code: 3 },
  ]);
});

test('a bracketed paste is one key, also when it comes in pieces', () => {
  const decode = createKeyDecoder();
  expect(decode('a\u001b[20')).toEqual([{ kind: 'text', text: 'a' }]);
  expect(decode('0~one\rtwo\u001b[201')).toEqual([]);
  expect(decode('~\r')).toEqual([{ kind: 'paste', text: 'one\rtwo' }, { kind: 'enter' }]);
});

test('arrows mean nothing, a lone Escape does, and a typed tab is dropped', () => {
  const decode = createKeyDecoder();
  expect(decode('\u001b[Ax\ty\u001b')).toEqual([
    { kind: 'text', text: 'x' },
    { kind: 'text', text: 'y' },
    { kind: 'escape' },
  ]);
});

test('a paste without brackets submits each of its lines', () => {
  const kinds = createKeyDecoder()('one\rtwo\r').map(({ kind }) => kind);
  expect(kinds).toEqual(['text', 'enter', 'text', 'enter']);
});

test('Enter after a backslash makes a new line instead of submitting', () => {
  const edit = applyKey({ text: 'one\\', endsIn: 'typing' }, { kind: 'enter' });
  expect(edit).toEqual({ kind: 'edited', box: { text: 'one\n', endsIn: 'typing' } });
});

test('an empty box is not submitted', () => {
  expect(applyKey(EMPTY_BOX, { kind: 'enter' })).toEqual({ kind: 'nothing' });
});

test.each([
  [['--version'], 'version'],
  [['--session-id', 'not-a-uuid'], 'refused'],
  [['--wrong'], 'refused'],
  [['--', '--wrong'], 'run'],
])('%j is %s', (argv, kind) => {
  expect(parseArguments(argv).kind).toBe(kind);
});

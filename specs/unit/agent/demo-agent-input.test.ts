import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseArguments } from '../../fixtures/demo-agent/arguments.ts';
import { commandIn } from '../../fixtures/demo-agent/commands.ts';
import { directivesIn } from '../../fixtures/demo-agent/directives.ts';
import { applyKey, EMPTY_BOX } from '../../fixtures/demo-agent/input-box.ts';
import { createKeyDecoder } from '../../fixtures/demo-agent/keys.ts';
import { withMention } from '../../fixtures/demo-agent/mention.ts';
import { verdictOf } from '../../fixtures/demo-agent/tool-verdict.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test('directives are read in order, with their arguments; others are text', () => {
  expect(
    directivesIn(
      'a [[demo:work 1.5s]] b [[demo:exit 3]] [[demo:ask rm -r "a b"]] [[demo:nonsense]] [[stub:x]]',
    ),
  ).toEqual([
    { kind: 'work', durationMs: 1500 },
    { kind: 'exit', code: 3 },
    { kind: 'ask', command: 'rm -r "a b"' },
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
  [['--', 'doctor'], 'refused'],
  [['--', ' doctor'], 'run'],
])('%j is %s', (argv, kind) => {
  expect(parseArguments(argv).kind).toBe(kind);
});

test.each([
  ['/clear', { name: '/clear', words: '' }],
  ['/compact all\nof it', { name: '/compact', words: 'all\nof it' }],
  ['/tmp/foo is a path', null],
  [' /clear', null],
  ['say /clear', null],
])('%j as a command of the client is %j', (text, command) => {
  expect(commandIn(text)).toEqual(command);
});

test.each([
  ['see @hero', 'see @heron.txt '],
  ['see @HERON.', 'see @heron.txt '],
  ['@', '@a stork.txt '],
  ['see @"a st', 'see @"a stork.txt" '],
  ['見る、@heron', '見る、@heron.txt '],
  ['mail me@heron', null],
  ['(@heron', null],
  ['see @wren', null],
  ['see @heron then', null],
  ['see @heron\n', null],
])('Enter behind %j makes of it %j', (text, mentioned) => {
  const dir = tempDir();
  for (const name of ['heron.txt', 'a stork.txt']) writeFileSync(join(dir, name), '');
  expect(withMention(text, dir)).toBe(mentioned);
});

test('of what hooks say of a tool a refusal counts more than a permission, and a failure nothing', () => {
  const said = (code: number, hookSpecificOutput = {}, stderr = '') => ({
    command: 'guard',
    code,
    stdout: JSON.stringify({ hookSpecificOutput }),
    stderr,
  });
  const allowed = said(0, { permissionDecision: 'allow' });
  expect(verdictOf('Bash', [])).toEqual({ kind: 'none' });
  expect(verdictOf('Bash', [said(1, {}, 'broken'), { ...said(0), stdout: 'no json' }])).toEqual({
    kind: 'none',
  });
  expect(verdictOf('Bash', [allowed])).toEqual({ kind: 'allowed' });
  expect(verdictOf('Bash', [allowed, said(2, {}, 'not that')])).toEqual({
    kind: 'refused',
    reason: 'PreToolUse:Bash hook error: [guard]: not that',
  });
  const denied = said(0, { permissionDecision: 'deny', permissionDecisionReason: 'rule 7' });
  expect(verdictOf('Bash', [denied])).toEqual({ kind: 'refused', reason: 'rule 7' });
});

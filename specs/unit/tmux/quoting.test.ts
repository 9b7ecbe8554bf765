import { expect, test } from '@jest/globals';
import { escapeFormat, quoteWord, renderLine } from '../../../actors/tmux/quoting.ts';

test.each([
  ['plain', "'plain'"],
  ['', "''"],
  ["it's", "'it'\\''s'"],
  ['$HOME ~ ; # { } \\ "', "'$HOME ~ ; # { } \\ \"'"],
  ['two\nlines', '"two\\012lines"'],
  ['\t$x "~\\', '"\\011\\$x \\"\\~\\\\"'],
  ['\x7f', '"\\177"'],
  ['🙂 é', "'🙂 é'"],
])('the word %j is written %s', (word, quoted) => {
  expect(quoteWord(word)).toBe(quoted);
});

test('a word with NUL is refused', () => {
  expect(() => quoteWord('a\0b')).toThrow('NUL');
});

test('a word never breaks the line, and a lone semicolon is no separator', () => {
  expect(renderLine([['send-keys', ';', 'a\nb'], ['kill-session']])).toBe(
    `'send-keys' ';' "a\\012b" ; 'kill-session'`,
  );
});

test('in a format # is doubled, but where it begins a style', () => {
  expect(escapeFormat('a#[fg=red]##[x]#')).toBe('a#[fg=red]##[x]##');
  expect(escapeFormat('/tmp/#{pane_id}/##')).toBe('/tmp/##{pane_id}/####');
});

import { expect, test } from '@jest/globals';
import { readDrawn } from '../../../actors/tmux/dim-text.ts';

/** As tmux prints it: `ESC[…m`. */
function read(...lines: readonly string[]) {
  return readDrawn(lines.map((line) => line.replaceAll('<', '\u001b[').replaceAll('>', 'm')));
}

test('rows are read without the styles they are drawn in', () => {
  const { rows } = read('<1>bold<0><39><49> and <38;5;174>red', '<38;2;2;2;2>more<7> of it');
  expect(rows).toEqual(['bold and red', 'more of it']);
});

test('what is dimmed is blank, also when the style began in an earlier row', () => {
  expect(read('a <2>dim', 'row<0> not', 'so').undimmed).toEqual(['a    ', '    not', 'so']);
});

test.each([
  ['<1;2>dim<0>not', '   not'],
  ['<2;7>dim<0;1>not', '   not'],
  ['<2>dim<22>not', '   not'],
  ['<2>dim<>not', '   not'],
  ['<2>dim<1>dim', '      '],
  ['<2>dim<38;5;0>dim', '      '],
  ['<38;5;2>not', 'not'],
  ['<48;2;2;2;2>not', 'not'],
  ['<4:2>not', 'not'],
])('in %j it is told from what is not', (line, undimmed) => {
  expect(read(line).undimmed).toEqual([undimmed]);
});

test('a link is no text', () => {
  expect(readDrawn(['\u001b]8;;https://x.test\u001b\\here\u001b]8;;\u001b\\ .']).rows).toEqual([
    'here .',
  ]);
});

import { expect, test } from '@jest/globals';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import { enterFullScreen, frame } from '../../../cli/watch/full-screen.ts';
import { makeTestCli } from '../../harness/cli-world.ts';

test('a frame goes home and overwrites line by line: the screen is never cleared', () => {
  expect(frame('one\ntwo', 24)).toBe('\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J');
});

test('a frame never has more lines than the screen, which would scroll', () => {
  expect(frame('1\n2\n3\n4', 3)).not.toContain('4');
});

test('the terminal is given back as it was: alternate screen, cursor and wrapping', () => {
  const written: string[] = [];
  const { world } = makeTestCli();
  const stdout = { rows: 24, write: (text: string) => written.push(text) };
  const terminal = { ...world.terminal, stdout } as unknown as Terminal;
  enterFullScreen(terminal, () => {}).leave();
  const [entered = '', left = ''] = written;
  const modes = (text: string) =>
    [...text.matchAll(/\?(\d+)([hl])/g)].map(([, mode, set]) => [mode, set]);
  expect(modes(entered)).toEqual([
    ['1049', 'h'],
    ['25', 'l'],
    ['7', 'l'],
  ]);
  expect(modes(left)).toEqual([
    ['7', 'h'],
    ['25', 'h'],
    ['1049', 'l'],
  ]);
});

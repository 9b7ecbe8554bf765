import { expect, test } from '@jest/globals';
import { readDrawn } from '../../../actors/tmux/dim-text.ts';
import { hasDraft } from '../../../actors/tmux/draft.ts';

const BORDER = '─'.repeat(20);

const DIM = '\u001b[2m';
const RESET = '\u001b[0m\u001b[39m';

/** A screen whose cursor stands where `▮` is; the box of the client with something above it. */
function draftIn(...box: readonly string[]): boolean {
  return onScreen('❯ an earlier prompt', '● ! its answer', '', BORDER, ...box, BORDER, '  footer');
}

function onScreen(...drawn: readonly string[]): boolean {
  const cursorY = drawn.findIndex((row) => row.includes('▮'));
  const cursorX = drawn[cursorY]?.indexOf('▮') ?? -1;
  return hasDraft({ ...readDrawn(drawn.map((row) => row.replace('▮', ''))), cursorX, cursorY });
}

test('an empty box holds no draft, nor does one that shows a placeholder behind the cursor', () => {
  expect(draftIn('❯ ▮')).toBe(false);
  expect(draftIn(`❯ ▮T${DIM}ry "edit the README"${RESET}`)).toBe(false);
  expect(draftIn(`❯ ▮${DIM}Try "edit the README"${RESET}`)).toBe(false);
});

test.each([
  [['❯ half a thought▮']],
  [['❯ [Pasted text #1 +3 lines]▮']],
  [['❯ first line', '  second▮']],
  [['❯ first line', '  ▮']],
  [['❯ ▮half a thought']],
  [['❯ ▮h']],
  [['❯ ▮first line', '  second']],
  [[`❯ ▮half${DIM} a suggestion of more${RESET}`]],
  [['! ▮']],
  [['! ls▮']],
])('a box with %j holds one', (box) => {
  expect(draftIn(...box)).toBe(true);
});

test('a dialog holds none, however it points at its answers', () => {
  expect(onScreen('❯ do it', BORDER, ' Do you want to proceed?', ' ▮❯ 1. Yes', '   2. No')).toBe(
    false,
  );
  expect(onScreen('❯ do it', BORDER, ' Pick one', '❯ 1. Yes', '   2. No▮')).toBe(false);
});

test('a box without a border is one only where the cursor is', () => {
  expect(onScreen('said before', '❯ half▮')).toBe(true);
  expect(onScreen('said before', '❯ ▮')).toBe(false);
  expect(onScreen('❯ said before', 'and now▮')).toBe(false);
  expect(onScreen('! said before', '! and now▮')).toBe(false);
});

test('a screen of something else, or an empty one, holds none', () => {
  expect(onScreen('user@host:~$ ls▮')).toBe(false);
  expect(onScreen('▮')).toBe(false);
  expect(hasDraft({ rows: [], undimmed: [], cursorX: 5, cursorY: 7 })).toBe(false);
});

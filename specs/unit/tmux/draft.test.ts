import { expect, test } from '@jest/globals';
import { hasDraft } from '../../../actors/tmux/draft.ts';

const BORDER = '─'.repeat(20);

/** A screen whose cursor stands where `▮` is; the box of the client with something above it. */
function draftIn(...box: readonly string[]): boolean {
  return onScreen('❯ an earlier prompt', '● ! its answer', '', BORDER, ...box, BORDER, '  footer');
}

function onScreen(...drawn: readonly string[]): boolean {
  const cursorY = drawn.findIndex((row) => row.includes('▮'));
  const cursorX = drawn[cursorY]?.indexOf('▮') ?? -1;
  return hasDraft({ rows: drawn.map((row) => row.replace('▮', '')), cursorX, cursorY });
}

test('an empty box holds no draft, nor does one that shows a placeholder behind the cursor', () => {
  expect(draftIn('❯ ▮')).toBe(false);
  expect(draftIn('❯ ▮Try "edit the README"')).toBe(false);
});

test.each([
  [['❯ half a thought▮']],
  [['❯ [Pasted text #1 +3 lines]▮']],
  [['❯ first line', '  second▮']],
  [['❯ first line', '  ▮']],
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
  expect(hasDraft({ rows: [], cursorX: 5, cursorY: 7 })).toBe(false);
});

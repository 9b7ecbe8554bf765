import { expect, test } from '@jest/globals';
import type { PaneRow } from '../../../actors/tmux/listing.ts';
import { poolSessions } from '../../../actors/tmux/pool-sessions.ts';

const ROW: PaneRow = {
  sessionId: '$1',
  sessionName: 'pool-1',
  mark: 'm',
  paneId: '%1',
  isOurs: true,
  isAway: false,
  pid: 1,
  isDead: false,
  exitStatus: '',
  signal: '',
};
const SPLIT = { ...ROW, paneId: '%2', isOurs: false };
const THEIRS = { ...ROW, sessionId: '$2', sessionName: 'theirs', mark: '' };

const found = (...rows: readonly PaneRow[]) =>
  poolSessions(rows, new Set(['pool-1'])).map(({ name, mark, pane }) => ({
    ...{ name, mark },
    pane: pane?.paneId ?? null,
  }));

test('a session of ours is told with the pane of its agent, which is not an operator’s split', () => {
  expect(found(SPLIT, ROW)).toEqual([{ name: 'pool-1', mark: 'm', pane: '%1' }]);
  expect(found(SPLIT)).toEqual([{ name: 'pool-1', mark: 'm', pane: null }]);
});

test('a pane of ours that was moved into another session is told there, and what stayed without it', () => {
  expect(found(SPLIT, THEIRS)).toEqual([
    { name: 'pool-1', mark: 'm', pane: null },
    { name: 'theirs', mark: null, pane: '%1' },
  ]);
});

test('a pane that was moved into another session of the pool is not taken for that one’s agent', () => {
  const other = { ...ROW, sessionId: '$3', sessionName: 'pool-3', mark: 'n' };
  const moved = { ...other, isAway: true };
  const own = { ...other, paneId: '%3' };
  const told = [
    { name: 'pool-3', mark: 'n', pane: '%3' },
    { name: 'pool-3', mark: null, pane: '%1' },
  ];
  expect(found(moved, own)).toEqual(told);
  expect(found(own, moved)).toEqual(told);
  expect(found(ROW, moved, own)).toEqual([
    { name: 'pool-1', mark: 'm', pane: '%1' },
    { name: 'pool-3', mark: 'n', pane: '%3' },
  ]);
});

test('a session whose mark was taken off still has the pane', () => {
  expect(found({ ...ROW, mark: '' })).toEqual([{ name: 'pool-1', mark: null, pane: '%1' }]);
});

test('a second view of our window is nobody’s, and neither is a pane that has ended elsewhere', () => {
  expect(found(ROW, THEIRS)).toEqual([{ name: 'pool-1', mark: 'm', pane: '%1' }]);
  expect(found({ ...THEIRS, isDead: true })).toEqual([]);
});

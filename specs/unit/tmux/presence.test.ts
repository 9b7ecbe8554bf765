import { expect, test } from '@jest/globals';
import type { PaneRow } from '../../../actors/tmux/listing.ts';
import { type ClientRow, parseClients, presenceOf } from '../../../actors/tmux/presence.ts';

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
const CLIENT: ClientRow = { pid: 7, sessionId: '$1', isReadOnly: false, activeAt: 5000 };

function presence(
  rows: readonly PaneRow[],
  people: readonly ClientRow[],
  inMode: readonly string[] = [],
) {
  return presenceOf(['pool-1'], { rows, people, inMode: new Set(inMode) }).get('pool-1');
}

test('a client is told with the time of its last key, and whether it may type', () => {
  expect(parseClients(['42:$3:1:1795619908', '%window-add @7', '43:$4:0:1795619909'])).toEqual([
    { pid: 42, sessionId: '$3', isReadOnly: true, activeAt: 1_795_619_908_000 },
    { pid: 43, sessionId: '$4', isReadOnly: false, activeAt: 1_795_619_909_000 },
  ]);
});

test.each(['', '42:$3', '42:@3:0:1', 'no server running'])(
  'the line %j does not parse, and so it is not known who is there',
  (line) => {
    expect(() => parseClients([line])).toThrow('does not parse');
  },
);

test('of several people the last key counts, and none of those who only watch', () => {
  const watcher = { ...CLIENT, isReadOnly: true, activeAt: 9000 };
  const people = [watcher, CLIENT, { ...CLIENT, activeAt: 3000 }];
  expect(presence([ROW], people)?.lastActiveAt).toBe(5000);
  expect(presence([ROW], [watcher])?.lastActiveAt).toBeNull();
});

test('people in a session of their own that shows the pane count, others do not', () => {
  const linked = { ...ROW, sessionId: '$2', sessionName: 'theirs', mark: '' };
  const other = { ...ROW, sessionId: '$3', sessionName: 'other', mark: '', paneId: '%9' };
  const rows = [ROW, linked, other];
  expect(presence(rows, [{ ...CLIENT, sessionId: '$2' }])?.lastActiveAt).toBe(5000);
  expect(presence(rows, [{ ...CLIENT, sessionId: '$3' }])?.lastActiveAt).toBeNull();
});

test('only the mode of the agent’s pane is told', () => {
  const split = { ...ROW, paneId: '%2', isOurs: false };
  expect(presence([ROW, split], [], ['%2'])?.inMode).toBe(false);
  expect(presence([ROW, split], [], ['%1'])?.inMode).toBe(true);
});

test('a session of ours that bears another name now is not told of', () => {
  expect(presence([{ ...ROW, sessionName: 'renamed' }], [CLIENT])).toBeUndefined();
});

test('a session of that name which is not ours is told of, for there may be people', () => {
  const theirs = { ...ROW, mark: '', isOurs: false };
  expect(presence([theirs], [CLIENT], ['%1'])).toEqual({
    paneId: null,
    lastActiveAt: 5000,
    inMode: false,
  });
});

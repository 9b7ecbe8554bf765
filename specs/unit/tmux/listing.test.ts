import { expect, test } from '@jest/globals';
import { parseListing } from '../../../actors/tmux/listing.ts';
import { poolSessions } from '../../../actors/tmux/pool-sessions.ts';

function rows(...lines: readonly string[]) {
  const listing = parseListing([lines, [], [], []]);
  if (listing.kind !== 'rows') throw new Error(`does not parse: ${listing.line}`);
  return listing.rows;
}

test('a row holds all that is known of a pane, the mark may hold anything', () => {
  expect(rows('$2:%3:10218:1:7::1:pool-1:a:b c')).toEqual([
    {
      sessionId: '$2',
      sessionName: 'pool-1',
      mark: 'a:b c',
      paneId: '%3',
      isOurs: true,
      isAway: false,
      pid: 10218,
      isDead: true,
      exitStatus: '7',
      signal: '',
    },
  ]);
});

test('names of the operator’s sessions may hold what they like', () => {
  expect(rows('$0:%0:1:0:::0:my $5 #{x} "é" session:')).toMatchObject([
    { sessionName: 'my $5 #{x} "é" session', mark: '', isOurs: false, isDead: false },
  ]);
});

test('a pane of ours may be away from the session in which it was made', () => {
  expect(rows('$2:%3:7:0:::2:pool-1:m')).toMatchObject([{ isOurs: true, isAway: true }]);
});

test.each([
  '',
  '$2:%3:10218',
  '$2:%3:x:0:::1:pool-1:m',
  '$2:@3:10218:0:::1:pool-1:m',
  'no server running',
])('the line %j does not parse, and so nothing is known', (line) => {
  expect(parseListing([['$1:%1:1:0:::1:pool-0:m', line], [], [], []])).toEqual({
    kind: 'unparsed',
    line,
  });
});

test('a notification that tmux put inside of the reply is no row', () => {
  expect(rows('$1:%1:1:0:::1:pool-0:m', '%window-add @7')).toHaveLength(1);
});

test('a mark that comes from an option above the session is none', () => {
  const lines = ['$1:%1:1:0:::1:pool-0:own', '$2:%2:2:0:::0:work:global'];
  expect(parseListing([lines, ['global'], [], []])).toMatchObject({
    rows: [{ mark: 'own' }, { mark: '' }],
  });
});

const POOL = new Set(['pool-1', 'pool-2']);

test('sessions of the pool are those with a name of it or with our mark', () => {
  const listed = rows(
    '$1:%1:1:0:::1:pool-1:m1',
    '$2:%2:2:0:::0:pool-2:',
    '$3:%3:3:0:::1:renamed:m3',
    '$4:%4:4:0:::0:pool-11:',
  );
  expect(poolSessions(listed, POOL)).toMatchObject([
    { name: 'pool-1', mark: 'm1', pane: { paneId: '%1' } },
    { name: 'pool-2', mark: null, pane: null },
    { name: 'renamed', mark: 'm3', pane: { paneId: '%3' } },
  ]);
});

test('a session of ours is listed once, with our pane among the splits, or none', () => {
  const listed = rows(
    '$1:%1:1:0:::0:pool-1:m1',
    '$1:%5:5:0:::1:pool-1:m1',
    '$1:%6:6:0:::0:pool-1:m1',
    '$2:%2:2:0:::0:pool-2:m2',
  );
  expect(poolSessions(listed, POOL)).toMatchObject([
    { name: 'pool-1', pane: { paneId: '%5' } },
    { name: 'pool-2', mark: 'm2', pane: null },
  ]);
});

test('while an agent moves from a dead pane to a new one, the living one counts', () => {
  const listed = rows('$1:%9:9:0:::1:pool-1:m1', '$1:%1:1:1:0::1:pool-1:m1');
  expect(poolSessions(listed, POOL)).toMatchObject([{ pane: { paneId: '%9' } }]);
});

import { expect, test } from '@jest/globals';
import type { Connection } from '../../../actors/tmux/connection.ts';
import { observeSessions } from '../../../actors/tmux/observe.ts';

/** A server that answers the listing with these lines. */
function listing(...lines: readonly string[]) {
  const connection: Partial<Connection> = {
    server: { pid: 1, startTime: '1' },
    query: async () => [lines, [], [], []],
  };
  return observeSessions(connection as Connection, ['pool-1'], async () => new Map());
}

test('a server that lists the hub alone has none of our sessions', async () => {
  expect(await listing('$1:%1:1:0:::0:_hub:')).toMatchObject({ kind: 'seen', sessions: [] });
});

test('a server that lists nothing at all is about to end: nothing is known of any session', async () => {
  expect(await listing()).toEqual({
    kind: 'unknown',
    reason: 'tmux listed no pane, not even ours',
  });
});

test('a line that does not parse says nothing of any session', async () => {
  expect(await listing('$1:%1:1:0:::0:_hub:', 'what is this')).toEqual({
    kind: 'unknown',
    reason: 'tmux listed a line that does not parse: what is this',
  });
});

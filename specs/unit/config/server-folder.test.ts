import { expect, test } from '@jest/globals';
import { serverFolder } from '../../../config/server-folder.ts';

test('each tmux server has a folder of its own in the state directory, always the same', () => {
  const ours = serverFolder('/state', '/tmp/tmux-0/ours');
  expect(ours).toMatch(/^\/state\/servers\/[0-9a-f]{16}$/);
  expect(serverFolder('/state', '/tmp/tmux-0/ours')).toBe(ours);
  expect(serverFolder('/state', '/tmp/tmux-0/other')).not.toBe(ours);
});

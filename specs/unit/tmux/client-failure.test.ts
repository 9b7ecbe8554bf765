import { expect, test } from '@jest/globals';
import { failureOf, provesNoServer } from '../../../actors/tmux/client-failure.ts';

const ran = (text: string) => ({ text, spawnError: null });

test.each([
  'no server running on /tmp/s',
  'error connecting to /tmp/s (No such file or directory)',
  'error connecting to /tmp/s (Connection refused)',
])('%j proves that no server runs', (text) => {
  expect(provesNoServer(ran(text))).toBe(true);
  expect(failureOf(ran(text), '/tmp/s').facts).toMatchObject({ noServer: true });
});

test.each([
  ran(''),
  ran('server exited unexpectedly'),
  ran('lost server'),
  ran('error connecting to /tmp/s (Resource temporarily unavailable)'),
  ran('server version is too old for client'),
  { text: 'spawn tmux EAGAIN', spawnError: 'EAGAIN' },
  { text: 'no server running on /tmp/s', spawnError: 'EMFILE' },
])('%j proves nothing', (end) => {
  expect(provesNoServer(end)).toBe(false);
  expect(failureOf(end, '/tmp/s').code).toBe('TMUX_UNREACHABLE');
});

test('what cannot pass by itself has a code of its own', () => {
  expect(failureOf({ text: '', spawnError: 'ENOENT' }, '/s').code).toBe('TMUX_MISSING');
  expect(failureOf(ran('directory /tmp/tmux-0 has unsafe permissions'), '/s')).toMatchObject({
    code: 'TMUX_SOCKET_UNSAFE',
    message: expect.stringContaining('/tmp/tmux-0'),
  });
});

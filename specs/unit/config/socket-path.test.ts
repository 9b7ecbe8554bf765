import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../config/errors.ts';
import { resolveSocketPath } from '../../../config/socket-path.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const named = (name: string) => ({ kind: 'name', name }) as const;

test('a path is taken as it is', () => {
  const socket = { kind: 'path', path: '/run/mine/tmux' } as const;
  expect(resolveSocketPath(socket, { env: { TMUX_TMPDIR: '/x' }, uid: 7 })).toBe('/run/mine/tmux');
});

test.each([
  ['unset', undefined],
  ['empty', ''],
  ['a directory that is not there', '/nowhere/at/all'],
])('a name is below /tmp when TMUX_TMPDIR is %s', (_, TMUX_TMPDIR) => {
  expect(resolveSocketPath(named('one'), { env: { TMUX_TMPDIR }, uid: 7 })).toBe('/tmp/tmux-7/one');
});

test('is the path that tmux itself uses, also when TMUX_TMPDIR goes through a link', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'real'), { mode: 0o700 });
  symlinkSync('real', join(dir, 'link'));
  const env = { ...process.env, TMUX_TMPDIR: join(dir, 'link') };
  const path = resolveSocketPath(named('s'), { env, uid: process.getuid?.() ?? 0 });
  expect(path).toBe(join(dir, 'real', `tmux-${process.getuid?.()}`, 's'));
  expect(socketOfTmux('s', env)).toBe(path);
});

test('107 bytes are accepted and 108 are not, counted in bytes', () => {
  const at = (path: string) => resolveSocketPath({ kind: 'path', path }, { env: {}, uid: 0 });
  const long = `/${'é'.repeat(53)}`;
  expect(at(long)).toBe(long);
  expect(() => at(`${long}x`)).toThrow(FailoverError);
  expect(() => at(`${long}x`)).toThrow('has 108 bytes and a socket may have 107');
});

function socketOfTmux(name: string, env: NodeJS.ProcessEnv): string {
  const commands = 'new-session -d ; display-message -p #{socket_path} ; kill-server';
  const argv = ['-L', name, '-f', '/dev/null', ...commands.split(' ')];
  return execFileSync('tmux', argv, { env, encoding: 'utf8' }).trim();
}

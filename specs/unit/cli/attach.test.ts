import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { planAttach } from '../../../cli/attach/plan-attach.ts';
import { makeTestCli } from '../../harness/cli-world.ts';
import { MINIMAL_CONFIG } from '../../harness/config-file.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const WISH = {
  name: 'ccl-auto-1',
  readOnly: false,
  socket: '/run/pool/tmux.sock',
  env: { TERM: 'xterm' },
  clientIsReadOnly: () => false,
};

test('the target is exact, so that ccl-auto-1 never means ccl-auto-11', () => {
  expect(planAttach(WISH)).toEqual({
    kind: 'attach',
    args: ['-S', '/run/pool/tmux.sock', 'attach-session', '-t', '=ccl-auto-1'],
    env: { TERM: 'xterm' },
  });
});

test('read-only is asked of tmux', () => {
  expect(planAttach({ ...WISH, readOnly: true }).args).toContain('-r');
});

test('inside a tmux of another server it attaches as from outside', () => {
  const plan = planAttach({ ...WISH, env: { TMUX: '/tmp/tmux-0/default,12,0', TERM: 'xterm' } });
  expect(plan).toMatchObject({ kind: 'attach', env: { TERM: 'xterm' } });
  expect(plan.env).not.toHaveProperty('TMUX');
});

test('inside the same server, by whatever name, the client is switched', () => {
  const dir = tempDir();
  const socket = join(dir, 's');
  writeFileSync(socket, '');
  symlinkSync(dir, join(dir, 'alias'));
  const env = { TMUX: `${join(dir, 'alias', 's')},12,0` };
  expect(planAttach({ ...WISH, socket, env })).toEqual({
    kind: 'switch',
    args: ['-S', socket, 'switch-client', '-t', '=ccl-auto-1'],
    env,
  });
});

test('to switch read-only never makes a read-only client writable', () => {
  const inside = { ...WISH, readOnly: true, env: { TMUX: '/run/pool/tmux.sock,12,0' } };
  expect(planAttach(inside).args).toContain('-r');
  expect(planAttach({ ...inside, clientIsReadOnly: () => true }).args).not.toContain('-r');
});

test('a name that is not of the pool is 66, and tmux is not asked', async () => {
  const cli = makeTestCli();
  const file = join(cli.world.home, 'c.yaml');
  writeFileSync(file, MINIMAL_CONFIG, { mode: 0o600 });
  expect(await cli.run('session', 'attach', 'ccl-auto-10', '--config', file)).toBe(66);
  expect(cli.stderr()).toContain(
    'no session of the pool is named ccl-auto-10: the pool has ccl-auto-0 to ccl-auto-9',
  );
});

test('a session of the pool that tmux does not have is 66', async () => {
  const cli = makeTestCli();
  const file = join(cli.world.home, 'c.yaml');
  const text = `${MINIMAL_CONFIG}tmux: { socket_path: ${join(cli.world.home, 'none')} }\n`;
  writeFileSync(file, text, { mode: 0o600 });
  expect(await cli.run('session', 'attach', 'ccl-auto-3', '--config', file)).toBe(66);
  expect(cli.stderr()).toContain('tmux has no such session now');
});

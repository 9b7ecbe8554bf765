import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createTmux } from '../../actors/tmux/driver.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux, tmuxOptions } from '../harness/tmux-world.ts';

const SECRETS = {
  ANTHROPIC_API_KEY: 'not-a-key',
  CLAUDE_CONFIG_DIR: '/account',
  NOTIFY_SOCKET: '/run/notify',
  pm_id: '0',
  PM2_HOME: '/pm2',
  TMUX: '/elsewhere,1,0',
};

test('a server that we start knows nothing of us but the login’s own variables', async () => {
  const server = tmuxServer();
  const env = { PATH: process.env['PATH'], HOME: '/home/x', LC_ALL: 'C.UTF-8', ...SECRETS };
  await openTmux(server, { env });
  const names = server
    .run('show-environment', '-g')
    .trim()
    .split('\n')
    .map((line) => line.split('=', 1)[0]);
  expect(names.sort()).toEqual(['HOME', 'LC_ALL', 'PATH', 'PWD']);
  expect(server.run('show-environment', '-g')).toContain('PWD=/\n');
});

test('a server that we start reads nobody’s config file', async () => {
  const server = tmuxServer();
  const home = tempDir();
  writeFileSync(join(home, '.tmux.conf'), 'set -g history-limit 4242\n');
  await openTmux(server, { env: { ...process.env, HOME: home } });
  expect(server.run('show-options', '-gv', 'history-limit')).toBe('2000\n');
});

test('a server that we start stays when it has no sessions; one of the operator’s is left as it is', async () => {
  const own = tmuxServer();
  await openTmux(own);
  expect(own.run('show-options', '-sv', 'exit-empty')).toBe('off\n');

  const shared = tmuxServer();
  shared.startAsOperator();
  await openTmux(shared);
  expect(shared.run('show-options', '-sv', 'exit-empty')).toBe('on\n');
});

test('two daemons that find no server start one', async () => {
  const server = tmuxServer();
  await Promise.all([
    openTmux(server, { hub: '_claude-failover-0' }),
    openTmux(server, { hub: '_claude-failover-50' }),
  ]);
  expect(server.servers()).toHaveLength(1);
});

test('says so when tmux is not installed', async () => {
  const env = { PATH: tempDir() };
  await expect(createTmux(tmuxOptions(tmuxServer(), { env }))).rejects.toMatchObject({
    code: 'TMUX_MISSING',
  });
});

test('refuses a socket directory that others may write to, with the words of tmux', async () => {
  const tmpDir = tempDir();
  const socketDir = join(tmpDir, `tmux-${process.getuid?.()}`);
  mkdirSync(socketDir);
  chmodSync(socketDir, 0o777);
  const creating = createTmux({
    ...tmuxOptions(tmuxServer(), { env: { ...process.env, TMUX_TMPDIR: tmpDir } }),
    socket: { kind: 'name', name: 'unsafe' },
  });
  await expect(creating).rejects.toMatchObject({
    code: 'TMUX_SOCKET_UNSAFE',
    message: expect.stringContaining('unsafe permissions'),
  });
});

test('refuses a socket path that is too long to exist', async () => {
  const path = join(tempDir(), 'x'.repeat(108));
  const options = { ...tmuxOptions(tmuxServer()), socket: { kind: 'path', path } as const };
  await expect(createTmux(options)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('bytes'),
  });
});

test('closing leaves no client, and the sessions alive', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  const { agent } = await tmux.create(agentLaunch('pool-1'));
  await tmux.close();
  expect(server.run('list-clients')).toBe('');
  expect(() => process.kill(agent.pid, 0)).not.toThrow();
  expect(await tmux.observe([])).toMatchObject({ kind: 'unknown' });
});

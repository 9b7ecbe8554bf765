import { expect, test } from '@jest/globals';
import type { TmuxServer } from '../harness/tmux-server.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const CONFIG = `
set -g base-index 3
set -g history-limit 7777
set -g remain-on-exit off
set -g destroy-unattached off
set -g automatic-rename off
set -g @operators_own kept
set-hook -g pane-died 'display-message died'
set-hook -g after-new-session 'set-option @seen yes'
setenv -g OPERATORS_VARIABLE kept
`;
const BYSTANDERS = ['ccl-0', 'ccl-auto-1', 'ccl-auto-110', 'ccl-auto-1 1'];

function operatorsServer(): TmuxServer {
  const server = tmuxServer();
  server.startAsOperator({ config: CONFIG, session: 'ccl-0' });
  for (const name of BYSTANDERS.slice(1)) {
    server.run('new-session', '-d', '-s', name, 'cat', '-');
    server.run('split-window', '-d', '-t', `=${name}:`, 'cat', '-');
  }
  return server;
}

/** All that an operator could find changed. */
function inventory(server: TmuxServer) {
  const sessions = server
    .run(
      'list-panes',
      '-a',
      '-F',
      '#{session_name}|#{session_id}|#{window_id}|#{window_name}|#{pane_id}|#{pane_pid}|#{pane_dead}|#{pane_width}x#{pane_height}|#{session_attached}|#{history_limit}',
    )
    .split('\n')
    .filter((line) => BYSTANDERS.includes(line.split('|', 1)[0] ?? ''));
  const options = BYSTANDERS.map((name) => [
    server.run('show-options', '-t', `=${name}:`),
    server.run('show-options', '-w', '-t', `=${name}:`),
    server.run('show-options', '-p', '-t', `=${name}:`),
    server.run('show-environment', '-t', `=${name}`),
    server.run('show-hooks', '-t', `=${name}:`),
    server.run('show-hooks', '-w', '-t', `=${name}:`),
    server.run('capture-pane', '-p', '-t', `=${name}:`),
  ]);
  const global = [
    ['show-options', '-g'],
    ['show-options', '-gw'],
    ['show-options', '-s'],
    ['show-hooks', '-g'],
    ['show-hooks', '-gw'],
    ['show-environment', '-g'],
    ['list-keys'],
    ['list-buffers'],
  ].map((command) => server.run(...command));
  return { sessions, options, global };
}

test('whatever is done with a session of ours, nothing else on the server changes', async () => {
  const server = operatorsServer();
  const before = inventory(server);

  const tmux = await openTmux(server);
  const launch = agentLaunch('ccl-auto-11');
  const { paneId, agent } = await tmux.create(launch);
  await expect(tmux.create(agentLaunch('ccl-auto-1'))).rejects.toMatchObject({
    code: 'TMUX_NAME_TAKEN',
  });
  process.kill(agent.pid, 'SIGKILL');
  await until(
    async () => {
      const observation = await tmux.observe(['ccl-auto-1', 'ccl-auto-11']);
      return (
        observation.kind === 'seen' &&
        observation.sessions.some(({ pane }) => pane?.state === 'dead')
      );
    },
    { withinMs: 5000, what: 'the death to be seen' },
  );
  await tmux.respawn(paneId, launch);
  server.run('split-window', '-d', '-t', '=ccl-auto-11:', 'cat', '-');
  server.run('kill-pane', '-t', paneId);
  await tmux.refill(launch);
  expect(inventory(server)).toEqual(before);

  await tmux.close();
  expect(inventory(server)).toEqual(before);
  expect(server.servers()).toHaveLength(1);
});

test('beside the sessions of the pool there is only the hub, and it stays when we go', async () => {
  const server = operatorsServer();
  const names = () =>
    server.run('list-sessions', '-F', '#{session_name}').trim().split('\n').sort();
  const before = names();
  const tmux = await openTmux(server);
  await tmux.create(agentLaunch('ccl-auto-11'));
  const during = [...before, '_claude-failover-11', 'ccl-auto-11'].sort();
  expect(names()).toEqual(during);
  await tmux.close();
  expect(names()).toEqual(during);
  expect(server.run('list-clients')).toBe('');
  await openTmux(server);
  expect(names()).toEqual(during);
});

test('an agent’s window keeps our scrollback, the operator’s setting stays', async () => {
  const server = operatorsServer();
  const tmux = await openTmux(server, { historyLimit: 123 });
  const { paneId } = await tmux.create(agentLaunch('ccl-auto-11'));
  const limit = (target: string) =>
    server.run('display-message', '-p', '-t', target, '#{history_limit}');
  expect(limit(paneId)).toBe('123\n');
  expect(limit('=ccl-0:')).toBe('7777\n');
  expect(server.run('list-panes', '-s', '-t', '=ccl-auto-11:').trim().split('\n')).toHaveLength(1);
});

test('who attaches to a session of ours reads its whole name, and whether it is read-only', async () => {
  const server = operatorsServer();
  const tmux = await openTmux(server);
  await tmux.create(agentLaunch('ccl-auto-11'));
  const shown = (format: string) =>
    server.run('display-message', '-p', '-t', '=ccl-auto-11:', format).trimEnd();
  expect(shown('#{T:status-left}#{window_name}')).toBe('[ccl-auto-11] agent');
  expect(shown('#{status-left}')).toContain('#{?client_readonly, read-only,}');
  expect(Number(shown('#{status-left-length}'))).toBeGreaterThan('[ccl-auto-11 read-only] '.length);
});

test('a mark that is set globally does not make the operator’s sessions ours', async () => {
  const server = operatorsServer();
  const tmux = await openTmux(server);
  await tmux.create(agentLaunch('ccl-auto-11'));
  server.run('set-option', '-g', '@claude_failover_id', 'everywhere');
  server.run('set-option', '-gw', '@claude_failover_pane', '1');
  expect(await tmux.observe(['ccl-auto-1', 'ccl-auto-11'])).toMatchObject({
    sessions: expect.arrayContaining([
      { name: 'ccl-auto-1', mark: null, pane: null },
      {
        name: 'ccl-auto-11',
        mark: 'mark-of-ccl-auto-11',
        pane: expect.objectContaining({ state: 'alive' }),
      },
    ]),
  });
});

test('a hook of the operator that opens splits does not confuse which pane is the agent’s', async () => {
  const server = tmuxServer();
  server.startAsOperator({
    config: `set-hook -g after-new-window 'split-window "cat -"'\nset-hook -g after-new-session 'split-window "cat -"'`,
  });
  const tmux = await openTmux(server);
  const pane = await tmux.create(agentLaunch('ccl-auto-11'));
  const observed = async () => {
    const observation = await tmux.observe([]);
    return observation.kind === 'seen' ? observation.sessions.map((one) => one.pane) : [];
  };
  expect(await observed()).toEqual([{ state: 'alive', ...pane }]);
  process.kill(pane.agent.pid, 'SIGKILL');
  await until(async () => (await observed())[0]?.state === 'dead', {
    withinMs: 5000,
    what: 'the death to be seen',
  });
  expect(await observed()).toMatchObject([
    { paneId: pane.paneId, cause: { kind: 'signal', signal: 9 } },
  ]);
});

test('a session that only shares our windows, as a second view does, is not one of ours', async () => {
  const server = operatorsServer();
  const tmux = await openTmux(server);
  const pane = await tmux.create(agentLaunch('ccl-auto-11'));
  server.run('new-session', '-d', '-t', '=ccl-auto-11', '-s', 'second-view');
  expect(await tmux.observe(['second-view'])).toMatchObject({
    sessions: [
      { name: 'ccl-auto-11', pane: { state: 'alive', ...pane } },
      { name: 'second-view', mark: null, pane: null },
    ],
  });
});

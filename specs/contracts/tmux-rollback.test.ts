import { expect, test } from '@jest/globals';
import { createAgentSession } from '../../actors/tmux/agent-panes.ts';
import { type Connection, openConnection } from '../../actors/tmux/connection.ts';
import { atEnd } from '../harness/scope.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch } from '../harness/tmux-world.ts';

const SETTINGS = { historyLimit: 300, channel: 'claude-failover-11' };
const NAME = 'ccl-auto-11';
/** Fails when it is carried out, and not before: what stands before it in the line has happened. */
const FAILS = ['kill-pane', '-t', '%99999'];

test('a session that could only be half made is taken back', async () => {
  const server = operatorsServer();
  const connection = await connect(server);
  const place = { connection: failingOnce(connection), settings: SETTINGS };
  await expect(createAgentSession(place, agentLaunch(NAME))).rejects.toMatchObject({
    code: 'TMUX_COMMAND_FAILED',
  });
  expect(names(server)).toEqual(['_claude-failover-11', 'operator']);
});

test('a session that an operator made under the name meanwhile is not taken for ours', async () => {
  const server = operatorsServer();
  const connection = await connect(server);
  const replaced = () => {
    server.run('kill-session', '-t', `=${NAME}`);
    server.run('new-session', '-d', '-s', NAME, 'cat', '-');
  };
  const place = { connection: failingOnce(connection, replaced), settings: SETTINGS };
  await expect(createAgentSession(place, agentLaunch(NAME))).rejects.toMatchObject({
    code: 'TMUX_COMMAND_FAILED',
  });
  expect(names(server)).toEqual(['_claude-failover-11', NAME, 'operator']);
});

test('a session whose name was taken is left alone', async () => {
  const server = operatorsServer();
  server.run('new-session', '-d', '-s', NAME, 'cat', '-');
  const place = { connection: await connect(server), settings: SETTINGS };
  await expect(createAgentSession(place, agentLaunch(NAME))).rejects.toMatchObject({
    code: 'TMUX_NAME_TAKEN',
  });
  expect(names(server)).toEqual(['_claude-failover-11', NAME, 'operator']);
});

function operatorsServer(): TmuxServer {
  const server = tmuxServer();
  server.startAsOperator();
  return server;
}

async function connect(server: TmuxServer): Promise<Connection> {
  const connection = await openConnection('join', {
    socketOptions: ['-S', server.path],
    socket: server.path,
    env: process.env,
    hub: '_claude-failover-11',
    channel: SETTINGS.channel,
    scope: null,
    commandTimeoutMs: 2000,
    heartbeatMs: 5000,
    isOurPlace: false,
    onWake: () => {},
  });
  atEnd(() => connection.close());
  return connection;
}

/** The same connection, whose next line fails at its end; `then` happens before that is known. */
function failingOnce(connection: Connection, then = () => {}): Connection {
  let hasFailed = false;
  return {
    ...connection,
    run: async (commands) => {
      if (hasFailed) return await connection.run(commands);
      hasFailed = true;
      const reply = await connection.run([...commands, FAILS]);
      then();
      return reply;
    },
  };
}

function names(server: TmuxServer): readonly string[] {
  return server.run('list-sessions', '-F', '#{session_name}').trim().split('\n').sort();
}

import { expect, test } from '@jest/globals';
import { agentEnvironment } from '../../../actors/agent/agent-environment.ts';

const launch = {
  account: { name: 'one', home: '/homes/one', priority: 1 },
  session: 'pool-1',
  conversation: 'c',
};

test('an agent inherits the short list and nothing else', () => {
  const daemonEnv = {
    HOME: '/home/op',
    USER: 'op',
    LOGNAME: 'op',
    SHELL: '/bin/bash',
    PATH: '/bin',
    LANG: 'C.UTF-8',
    LC_TIME: 'C',
    TZ: 'UTC',
    CLAUDECODE: '1',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    CLAUDE_CONFIG_DIR: '/elsewhere',
    ANTHROPIC_API_KEY: 'x',
    NODE_OPTIONS: '--inspect',
    PM2_HOME: '/pm2',
    pm_id: '0',
    TMUX: '/t,1,0',
  };
  expect(agentEnvironment({ agent: { env: {} }, daemonEnv, launch })).toEqual({
    HOME: '/home/op',
    USER: 'op',
    LOGNAME: 'op',
    SHELL: '/bin/bash',
    PATH: '/bin',
    LANG: 'C.UTF-8',
    LC_TIME: 'C',
    TZ: 'UTC',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CONFIG_DIR: '/homes/one',
    CLAUDE_FAILOVER_SESSION: 'pool-1',
    CLAUDE_FAILOVER_CONVERSATION: 'c',
  });
});

test('agent.env adds and overrides, but not whose login it is', () => {
  const env = { PATH: '/opt', IS_SANDBOX: '1', CLAUDE_CONFIG_DIR: '/wrong' };
  const environment = agentEnvironment({ agent: { env }, daemonEnv: { PATH: '/bin' }, launch });
  expect(environment).toMatchObject({
    PATH: '/opt',
    IS_SANDBOX: '1',
    CLAUDE_CONFIG_DIR: '/homes/one',
  });
});

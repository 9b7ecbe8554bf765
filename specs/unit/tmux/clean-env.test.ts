import { expect, test } from '@jest/globals';
import { cleanEnv, OWNER_VARIABLE } from '../../../actors/tmux/clean-env.ts';

test('only the login’s own variables are kept, and the owner is named', () => {
  const kept = { HOME: '/h', PATH: '/p', LANG: 'C', LC_ALL: 'C', SHELL: '/bin/sh', USER: 'u' };
  const dropped = {
    CLAUDE_CONFIG_DIR: '/c',
    ANTHROPIC_API_KEY: 'k',
    NOTIFY_SOCKET: 's',
    pm_id: '1',
  };
  expect(cleanEnv({ ...kept, ...dropped, TMUX: 't', TMUX_PANE: '%0' }, 'us')).toEqual({
    ...kept,
    [OWNER_VARIABLE]: 'us',
  });
});

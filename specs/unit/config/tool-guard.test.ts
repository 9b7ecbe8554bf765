import { describe, expect, test } from '@jest/globals';
import { configOf, errorsOf, MINIMAL_CONFIG } from '../../harness/config-file.ts';

test('by default agents that ask nobody are guarded by every rule', () => {
  expect(configOf(MINIMAL_CONFIG).agent.toolGuard).toEqual({ when: 'skipping', allow: [] });
});

test('rules can be switched off by name', () => {
  const { agent } = configOf(`${MINIMAL_CONFIG}  tool_guard: { when: always, allow: [sudo] }\n`);
  expect(agent.toolGuard).toEqual({ when: 'always', allow: ['sudo'] });
});

test('a rule that does not exist is named, with those that do', () => {
  const [error] = errorsOf(`${MINIMAL_CONFIG}  tool_guard: { allow: [sudoo] }\n`);
  expect(error).toMatchObject({ code: 'config.range', path: '/agent/tool_guard/allow/0' });
  expect(error?.expected).toContain('rm-outside-workdir, block-device');
});

describe('what would turn off the hooks of the client is refused', () => {
  test.each(['--bare', '--safe-mode'])('%s in the command', (word) => {
    expect(errorsOf(`${MINIMAL_CONFIG}  command: [claude, ${word}]\n`)).toMatchObject([
      { code: 'config.range', path: '/agent/command/1', found: word },
    ]);
  });

  test.each(['CLAUDE_CODE_SAFE_MODE', 'CLAUDE_CODE_SIMPLE'])('%s in the environment', (name) => {
    expect(errorsOf(`${MINIMAL_CONFIG}  env: { ${name}: "1" }\n`)).toMatchObject([
      { code: 'config.range', path: `/agent/env/${name}` },
    ]);
  });
});

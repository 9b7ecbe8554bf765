import { expect, test } from '@jest/globals';
import type { ToolGuardConfig } from '../../../config/types.ts';
import { isGuarded } from '../../../machines/policy/tool-guard/when-guarded.ts';

test.each([
  ['default', false],
  ['acceptEdits', false],
  ['plan', false],
  ['auto', true],
  ['dontAsk', true],
  ['bypassPermissions', true],
])('in mode %s agents are guarded: %s', (permissionMode, guarded) => {
  expect(isGuarded({ ...agent('skipping'), permissionMode })).toBe(guarded);
});

test.each(['--dangerously-skip-permissions', '--allow-dangerously-skip-permissions'])(
  'a command with %s skips what the mode would ask',
  (word) => {
    expect(isGuarded({ ...agent('skipping'), command: ['claude', word] })).toBe(true);
  },
);

test('the config may say always or never', () => {
  expect(isGuarded(agent('always'))).toBe(true);
  expect(isGuarded({ ...agent('never'), permissionMode: 'bypassPermissions' })).toBe(false);
});

function agent(when: ToolGuardConfig['when']) {
  return { toolGuard: { when, allow: [] }, permissionMode: 'default', command: ['claude'] };
}

import { expect, test } from '@jest/globals';
import { processManager } from '../../../supervisor/process-manager.ts';

test('what pm2 itself has started is known by its channel', () => {
  const env = { pm_id: '0', PM2_HOME: '/x' };
  expect(processManager({ env, hasIpc: true, parent: 'node' })).toBe('pm2');
});

test('a shell somewhere below pm2 or a unit inherits their variables and is run by neither', () => {
  const env = { pm_id: '0', PM2_HOME: '/x', INVOCATION_ID: 'a' };
  expect(processManager({ env, hasIpc: false, parent: 'bash' })).toBeNull();
});

test('a unit of any type is known by systemd as the parent', () => {
  expect(processManager({ env: { INVOCATION_ID: 'a' }, hasIpc: false, parent: 'systemd' })).toBe(
    'systemd',
  );
  expect(processManager({ env: {}, hasIpc: false, parent: 'systemd' })).toBeNull();
});

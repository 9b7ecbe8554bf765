import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { prepareLaunch } from '../../../actors/agent/prepare-launch.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';

const conversation = 'aaaaaaaa-0000-4000-8000-000000000001';

test('launcher and settings are private, and the pane is given two words without a secret', async () => {
  const { command, folder } = await prepare({ API_TOKEN: 'a-secret' });
  expect(command).toEqual(['/bin/sh', join(folder, 'launch.sh')]);
  expect(command.join(' ')).not.toContain('a-secret');
  expect(modeOf(folder)).toBe('700');
  for (const name of readdirSync(folder)) expect(modeOf(join(folder, name))).toBe('600');
  expect(readdirSync(folder).sort()).toEqual(['launch.sh', 'settings.json']);
  expect(readFileSync(join(folder, 'launch.sh'), 'utf8')).toContain('a-secret');
});

test('settings are JSON that the client reads, and the account is left as it was', async () => {
  const { folder, home } = await prepare({});
  expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toMatchObject({
    hooks: {},
  });
  expect(readdirSync(home).sort()).toEqual(['file-history', 'projects', 'session-env']);
});

test.each([
  ['default', undefined],
  ['bypassPermissions', true],
])('in mode %s the dialog that asks for consent to it is answered: %s', async (mode, answered) => {
  const { folder } = await prepare({}, { permissionMode: mode });
  const settings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  expect(settings.skipDangerousModePermissionPrompt).toBe(answered);
});

test('what is not the name of a conversation is refused', async () => {
  await expect(prepare({}, { id: '../../etc/passwd' })).rejects.toMatchObject({ code: 'CONFLICT' });
});

async function prepare(
  env: Readonly<Record<string, string>>,
  { id = conversation, permissionMode = 'default' } = {},
) {
  const { dir, config, accounts } = makeAccountHomes(['one']);
  const [account] = accounts;
  if (!account) throw new Error('no account');
  const context = {
    config: { ...config, agent: { ...demoAgentConfig(env), permissionMode } },
    stateDir: join(dir, 'state'),
    env: { PATH: '/bin' },
  };
  const launch = { session: 'pool-1', account, workdir: dir, conversation: id, prompt: null };
  const command = await prepareLaunch(context, { ...launch, mode: 'new' });
  return { command, home: account.home, folder: join(dir, 'state', 'sessions', 'pool-1') };
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

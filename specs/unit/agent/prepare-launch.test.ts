import {
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createAgentPort } from '../../../actors/agent/agent-port.ts';
import type { HookGroup } from '../../../actors/agent/hooks.ts';
import { prepareLaunch } from '../../../actors/agent/prepare-launch.ts';
import { makePrivateFolders } from '../../../actors/signals/private-folder.ts';
import type { Account, AgentConfig } from '../../../config/types.ts';
import type { AgentLaunch } from '../../../machines/ports.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const conversation = 'aaaaaaaa-0000-4000-8000-000000000001';

test('launcher and settings are private, and the pane is given two words without a secret', async () => {
  const { command, folder } = await prepare({ API_TOKEN: 'a-secret' });
  expect(command).toEqual(['/bin/sh', join(folder, 'launch.sh')]);
  expect(command.join(' ')).not.toContain('a-secret');
  expect(modeOf(folder)).toBe('700');
  const files = ['launch.sh', 'settings.json', 'signal.sh', 'statusline.sh'];
  for (const name of files) expect(modeOf(join(folder, name))).toBe('600');
  for (const name of ['', 'new', 'tmp']) expect(modeOf(join(folder, 'signals', name))).toBe('700');
  expect(readdirSync(folder).sort()).toEqual([...files, 'signals'].sort());
  expect(readFileSync(join(folder, 'launch.sh'), 'utf8')).toContain('a-secret');
});

test('settings are JSON that the client reads, and the account is left as it was', async () => {
  const { folder, home } = await prepare({});
  const { hooks, statusLine } = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  expect(Object.keys(hooks).sort()).toEqual([
    'PermissionRequest',
    'SessionEnd',
    'SessionStart',
    'Stop',
    'StopFailure',
    'UserPromptSubmit',
  ]);
  for (const [group] of Object.values<HookGroup[]>(hooks)) {
    expect(group?.hooks).toEqual([
      { type: 'command', command: expect.stringContaining(join(folder, 'signal.sh')), timeout: 5 },
    ]);
  }
  expect(statusLine).toMatchObject({ type: 'command', command: expect.any(String) });
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

test('what an agent has told and nobody dealt with outlives the next launch; its usage does not', async () => {
  const launch = await prepareTwice((folder) => {
    writeFileSync(join(folder, 'signals', 'new', 'unread.json'), '{}');
    writeFileSync(join(folder, 'signals', 'tmp', 'under-way.json'), '{');
    writeFileSync(join(folder, 'signals', 'tmp', 'torn.json'), '{');
    utimesSync(join(folder, 'signals', 'tmp', 'torn.json'), 1, 1);
    writeFileSync(join(folder, 'statusline.json'), '{}');
  });
  expect(readdirSync(join(launch.folder, 'signals', 'new'))).toEqual(['unread.json']);
  expect(readdirSync(join(launch.folder, 'signals', 'tmp'))).toEqual(['under-way.json']);
  expect(readdirSync(launch.folder)).not.toContain('statusline.json');
});

test('a conversation that goes on on another account is resumed as it was: only the home differs', async () => {
  const { homes, port } = openPort({ permissionMode: 'bypassPermissions', model: 'opus' });
  const folder = join(homes.dir, 'state', 'sessions', 'pool-1');
  const prepared = [];
  for (const account of homes.accounts) {
    const launch = launchOf(homes.dir, account, conversation);
    const command = await port.prepare({ ...launch, mode: 'resume', prompt: 'Go on.' });
    // Which launch it was, is in the names of the signals.
    const files = readdirSync(folder).filter((name) => !['signals', 'signal.sh'].includes(name));
    const texts = files.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    prepared.push({ command, home: account.home, files: new Map(texts) });
  }
  const [one, two] = prepared;
  if (one === undefined || two === undefined) throw new Error('two accounts were prepared');
  expect([...one.files.keys()]).toEqual(expect.arrayContaining(['launch.sh', 'settings.json']));
  const launcher = one.files.get('launch.sh') ?? '';
  for (const part of [`'--resume' '${conversation}'`, `'--model' 'opus'`, `'--' 'Go on.'`]) {
    expect(launcher).toContain(part);
  }
  expect(launcher).toContain(`CLAUDE_CONFIG_DIR='${one.home}'`);
  expect(two.command).toEqual(one.command);
  expect(launcher.replaceAll(one.home, two.home)).toBe(two.files.get('launch.sh'));
  expect(new Map([...one.files, ['launch.sh', '']])).toEqual(
    new Map([...two.files, ['launch.sh', '']]),
  );
});

test.each([
  ['can be written to by others', (spool: string) => chmodSync(spool, 0o777)],
  ['can be written to by the group', (spool: string) => chmodSync(spool, 0o770)],
  [
    'is a link',
    (spool: string) => {
      renameSync(spool, `${spool}-elsewhere`);
      symlinkSync(`${spool}-elsewhere`, spool);
    },
  ],
])('a spool that %s is refused: what is in it would be anybody’s word', async (_how, spoil) => {
  for (const part of ['', 'signals', 'signals/tmp', 'signals/new']) {
    const again = prepareTwice((folder) => spoil(join(folder, part)));
    await expect(again).rejects.toMatchObject({ code: 'FOLDER_UNSAFE' });
  }
});

test('a folder of another user is refused', async () => {
  const folder = process.geteuid?.() === 0 ? tempDir() : '/';
  if (process.geteuid?.() === 0) chownSync(folder, 65_534, 65_534);
  await expect(makePrivateFolders([folder])).rejects.toMatchObject({ code: 'FOLDER_UNSAFE' });
});

test('a text that is to be pasted is private, exact, and replaced by the next', async () => {
  const { homes, port } = openPort();
  const text = `[task t_1]\n'a' "b" $c \\\n${'é🧵'.repeat(100_000)}`;
  const file = await port.writePaste('pool-1', text);
  expect(file).toBe(join(homes.dir, 'state', 'sessions', 'pool-1', 'paste.txt'));
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(modeOf(file)).toBe('600');
  expect(await port.writePaste('pool-1', 'next')).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe('next');
});

test('what is not the name of a conversation is refused', async () => {
  await expect(prepare({}, { id: '../../etc/passwd' })).rejects.toMatchObject({ code: 'CONFLICT' });
});

async function prepare(
  env: Readonly<Record<string, string>>,
  { id = conversation, permissionMode = 'default' } = {},
) {
  const { homes, account, context } = makeContext(env, permissionMode);
  const command = await prepareLaunch(context, launchOf(homes.dir, account, id));
  return { command, home: account.home, folder: join(homes.dir, 'state', 'sessions', 'pool-1') };
}

/** Prepares a session again, after something was done to its folder. */
async function prepareTwice(between: (folder: string) => void) {
  const { homes, account, context } = makeContext({});
  const folder = join(homes.dir, 'state', 'sessions', 'pool-1');
  await prepareLaunch(context, launchOf(homes.dir, account, conversation));
  between(folder);
  await prepareLaunch(context, launchOf(homes.dir, account, conversation));
  return { folder };
}

/** The port to two accounts, with its own tool guard. */
function openPort(more: Partial<AgentConfig> = {}) {
  const homes = makeAccountHomes(['one', 'two']);
  const agent = { ...demoAgentConfig({}), ...more };
  const port = createAgentPort({
    config: { ...homes.config, agent },
    stateDir: join(homes.dir, 'state'),
    env: { PATH: '/usr/bin:/bin' },
  });
  atEnd(() => port.close());
  return { homes, port };
}

function makeContext(env: Readonly<Record<string, string>>, permissionMode = 'default') {
  const homes = makeAccountHomes(['one']);
  const [account] = homes.accounts;
  if (!account) throw new Error('no account');
  const context = {
    config: { ...homes.config, agent: { ...demoAgentConfig(env), permissionMode } },
    stateDir: join(homes.dir, 'state'),
    env: { PATH: '/bin' },
    // Its own specs say what it gives.
    toolGuard: { hooksFor: async () => ({}) },
  };
  return { homes, account, context };
}

function launchOf(workdir: string, account: Account, id: string): AgentLaunch {
  return { session: 'pool-1', account, workdir, conversation: id, mode: 'new', prompt: null };
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

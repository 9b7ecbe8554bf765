import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { clientEnvironment } from '../../../actors/agent/agent-environment.ts';
import { clientVersion } from '../../../actors/agent/client-version.ts';
import { findCommand } from '../../../actors/agent/find-command.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test('the first executable file of that name in PATH is found', async () => {
  const [first, second, third] = [tempDir(), tempDir(), tempDir()];
  mkdirSync(join(first, 'agent'));
  writeFileSync(join(second, 'agent'), '');
  const program = makeProgram(third, 'agent');
  const place = inPath([first, second, third].join(':'));
  expect(await findCommand(['agent', '--flag'], place)).toBe(program);
});

test.each([['missing'], ['./missing'], ['']])('%j is not found', async (name) => {
  expect(await findCommand([name], inPath(tempDir()))).toBeNull();
});

test('a path needs no PATH', async () => {
  const program = makeProgram(tempDir(), 'agent');
  expect(await findCommand([program], inPath(''))).toBe(program);
});

test.each(['', '.', ':/nowhere', '/nowhere::/nowhere'])(
  'PATH %j means the directory in which the agent is started, as for a shell',
  async (path) => {
    const workdir = tempDir();
    const program = makeProgram(workdir, 'agent');
    expect(await findCommand(['agent'], { env: { PATH: path }, workdir })).toBe(program);
    expect(await findCommand(['agent'], inPath(path))).toBeNull();
  },
);

test('without any PATH it is searched where a shell would', async () => {
  const place = { env: {}, workdir: tempDir() };
  expect(await findCommand(['env'], place)).toBe('/usr/bin/env');
});

test("the PATH that counts is that of the agents, not the daemon's", async () => {
  const folder = tempDir();
  const program = makeProgram(folder, 'agent');
  const env = clientEnvironment({ env: { PATH: folder } }, { PATH: '/nowhere' });
  expect(await findCommand(['agent'], { env, workdir: '/' })).toBe(program);
});

test('a client tells its version', async () => {
  expect(await clientVersion(demoAgentConfig().command, {})).toMatch(
    /^\d+\.\d+\.\d+ \(demo agent\)$/,
  );
});

test('a client that does not start is named', async () => {
  const command = join(tempDir(), 'missing');
  await expect(clientVersion([command], {})).rejects.toMatchObject({
    code: 'COMMAND_NOT_FOUND',
    facts: { command },
  });
});

function inPath(path: string) {
  return { env: { PATH: path }, workdir: tempDir() };
}

function makeProgram(folder: string, name: string): string {
  const file = join(folder, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o700);
  return file;
}

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { clientVersion } from '../../../actors/agent/client-version.ts';
import { findCommand } from '../../../actors/agent/find-command.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test('the first executable file of that name in PATH is found', async () => {
  const [first, second, third] = [tempDir(), tempDir(), tempDir()];
  mkdirSync(join(first, 'agent'));
  writeFileSync(join(second, 'agent'), '');
  const program = makeProgram(third, 'agent');
  const env = { PATH: [first, second, third].join(':') };
  expect(await findCommand(['agent', '--flag'], env)).toBe(program);
});

test.each([['missing'], ['./missing'], ['']])('%j is not found', async (name) => {
  expect(await findCommand([name], { PATH: tempDir() })).toBeNull();
});

test('a path needs no PATH', async () => {
  const program = makeProgram(tempDir(), 'agent');
  expect(await findCommand([program], {})).toBe(program);
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

function makeProgram(folder: string, name: string): string {
  const file = join(folder, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o700);
  return file;
}

import { chmodSync, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createAgentPort } from '../../../actors/agent/agent-port.ts';
import { orDiskFailure } from '../../../actors/agent/disk-failure.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { untilSettledAsUnprivileged } from '../../harness/as-unprivileged.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const conversation = 'aaaaaaaa-0000-4000-8000-000000000001';

test('a disk that is full is an outage, told with what the kernel said', async () => {
  const full = orDiskFailure(writeFile('/dev/full', 'text'));
  await expect(full).rejects.toMatchObject({
    code: 'DISK_FAILED',
    facts: { code: 'ENOSPC' },
    cause: { code: 'ENOSPC' },
  });
});

test('what else goes wrong stays as it is, and what goes well too', async () => {
  const missing = orDiskFailure(readFile(join(tempDir(), 'missing')));
  await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(orDiskFailure(Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
  await expect(orDiskFailure(Promise.resolve(7))).resolves.toBe(7);
});

test('a launcher that cannot be written is an outage, not a failed launch', async () => {
  const { port, launch, stateDir } = portOnDisk();
  mkdirSync(stateDir);
  chmodSync(stateDir, 0o500);
  await expect(untilSettledAsUnprivileged(() => port.prepare(launch))).rejects.toMatchObject({
    code: 'DISK_FAILED',
  });
});

test('transcripts that cannot be looked at are an outage: unknown is not gone', async () => {
  const { port, root } = portOnDisk();
  expect(await port.hasTranscript(conversation)).toBe(false);
  chmodSync(join(root, 'projects'), 0);
  const look = untilSettledAsUnprivileged(() => port.hasTranscript(conversation));
  await expect(look).rejects.toMatchObject({ code: 'DISK_FAILED' });
});

function portOnDisk() {
  const { dir, root, config, accounts } = makeAccountHomes(['one']);
  const [account] = accounts;
  if (account === undefined) throw new Error('no account');
  const stateDir = join(dir, 'state');
  const port = createAgentPort({
    config: { ...config, agent: demoAgentConfig() },
    stateDir,
    env: { PATH: '/bin' },
  });
  atEnd(() => port.close());
  const launch = {
    session: 'pool-1',
    account,
    workdir: dir,
    conversation,
    mode: 'resume',
    prompt: null,
  } as const;
  return { port, launch, stateDir, root };
}

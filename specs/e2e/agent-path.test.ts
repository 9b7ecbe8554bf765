import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { compiledProgram } from '../harness/compiled.ts';
import { runCli } from '../harness/run-cli.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { makeTestPool } from '../harness/test-pool.ts';

jest.setTimeout(120_000);

test('a client that only the PATH of agent.env leads to is found, by the daemon and by doctor', async () => {
  const bin = join(tempDir(), 'bin');
  mkdirSync(bin);
  const client = join(bin, 'my-client');
  const demo = compiledProgram('specs/fixtures/demo-agent/main');
  writeFileSync(client, `#!/bin/sh\nexec '${process.execPath}' '${demo}' "$@"\n`);
  chmodSync(client, 0o700);
  const env = { PATH: `${bin}:/usr/bin:/bin` };
  const pool = makeTestPool({ max: 1, config: { agent: { command: ['my-client'], env } } });
  await pool.start();
  const [session] = await pool.allAre('idle.ready');
  expect(session).toMatchObject({ restarts: 0, reason: null });

  const { stdout } = await runCli(['doctor', '--json', '--config', pool.file], { env: pool.env });
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({
      code: 'doctor.client',
      facts: expect.objectContaining({ path: client, version: expect.any(String) }),
    }),
  );
});

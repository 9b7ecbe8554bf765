import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { createAgentPort } from '../../../actors/agent/agent-port.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { openGuardLab } from '../../harness/guard-lab.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

jest.setTimeout(60_000);

test('an agent that asks a person has no guard, and nothing is written', async () => {
  const lab = openGuardLab({ agent: { permissionMode: 'acceptEdits' } });
  expect(await lab.guard.hooksFor({ workdir: lab.workdir }, lab.folder)).toEqual({});
  expect(() => statSync(join(lab.folder, 'tool-guard.sh'))).toThrow('ENOENT');
});

test('the hook is for commands and changes of files only, so that other tools cost nothing', async () => {
  const lab = openGuardLab();
  const { PreToolUse: groups } = await lab.guard.hooksFor({ workdir: lab.workdir }, lab.folder);
  expect(groups).toEqual([
    {
      matcher: 'Bash|Monitor|PowerShell|Write|Edit|MultiEdit|NotebookEdit',
      hooks: [
        {
          type: 'command',
          command: `/bin/sh ${join(lab.folder, 'tool-guard.sh')} || exit 2`,
          timeout: 30,
        },
      ],
    },
  ]);
  for (const name of ['tool-guard.sh', 'tool-guard.json']) {
    expect(statSync(join(lab.folder, name)).mode & 0o777).toBe(0o600);
  }
});

test.each([
  ['lets everything through', 'console.log("allowed")', 'does not refuse "rm -rf /"'],
  ['lets nothing through', 'console.log("{}")', 'refuses "ls"'],
  ['crashes', 'throw new Error("no")', 'refuses "ls"'],
])('with a program that %s no agent is launched', async (_how, text, message) => {
  const lab = openGuardLab({ program: programOf(text) });
  await expect(lab.deploy()).rejects.toMatchObject({
    code: 'TOOL_GUARD_FAILED',
    message: expect.stringContaining(message),
  });
});

test('with a program that is gone no agent is launched', async () => {
  const lab = openGuardLab({ program: '/nonexistent/hook.js' });
  await expect(lab.deploy()).rejects.toMatchObject({ code: 'TOOL_GUARD_FAILED' });
});

test('without a timeout in the PATH of agents none is launched', async () => {
  const lab = openGuardLab({ env: { PATH: '/nonexistent' } });
  await expect(lab.deploy()).rejects.toMatchObject({
    code: 'TOOL_GUARD_FAILED',
    message: expect.stringContaining('timeout'),
  });
});

test('it is tried out once, and again after it failed', async () => {
  const dir = tempDir();
  const [program, runs] = [join(dir, 'hook.mjs'), join(dir, 'runs')];
  const counting = `import fs from 'node:fs'; fs.appendFileSync(${JSON.stringify(runs)}, '.');`;
  const judging = `console.log(/rm -rf/.test(fs.readFileSync(0, 'utf8')) ? '{}' : 'allowed');`;
  writeFileSync(program, counting);
  const lab = openGuardLab({ program });
  await expect(lab.deploy()).rejects.toMatchObject({ code: 'TOOL_GUARD_FAILED' });
  writeFileSync(program, counting + judging);
  rmSync(runs);
  const hooks = await Promise.all([lab.deploy(), lab.deploy()]);
  expect(hooks[0]).toContain('tool-guard.sh');
  await lab.deploy();
  expect(readFileSync(runs, 'utf8')).toBe('..');
});

test('a launch of the port fails closed, and leaves no launcher to run', async () => {
  const { dir, config, accounts } = makeAccountHomes(['one']);
  const [account] = accounts;
  if (account === undefined) throw new Error('no account');
  const stateDir = join(dir, 'state');
  mkdirSync(stateDir);
  const agent = { ...demoAgentConfig(), permissionMode: 'bypassPermissions' };
  const port = createAgentPort({
    config: { ...config, agent },
    stateDir,
    env: { PATH: '/nonexistent' },
  });
  atEnd(() => port.close());
  const launch = {
    session: 'pool-1',
    account,
    workdir: dir,
    conversation: '41b24fe4-7ceb-41d5-8bfc-56a816326338',
    mode: 'new',
    prompt: null,
  } as const;
  await expect(port.prepare(launch)).rejects.toMatchObject({ code: 'TOOL_GUARD_FAILED' });
  expect(() => statSync(join(stateDir, 'sessions', 'pool-1', 'launch.sh'))).toThrow('ENOENT');
});

function programOf(text: string): string {
  const file = join(tempDir(), 'hook.mjs');
  writeFileSync(file, text);
  return file;
}

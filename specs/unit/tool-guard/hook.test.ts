import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { parseSignal } from '../../../actors/signals/parse-signal.ts';
import { CONVERSATION, openGuardLab } from '../../harness/guard-lab.ts';

/** Each run of the guard starts a program. */
jest.setTimeout(60_000);

test('an ordinary command passes without a word', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  const answer = lab.use(hook, lab.payload('Bash', { command: 'npm test && rm -rf dist' }));
  expect(answer).toEqual({ code: 0, reason: null });
  expect(lab.signals()).toEqual([]);
});

test('a refused command is a no; model and daemon are told which rule it was and why', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  const { code, reason } = lab.use(hook, lab.payload('Bash', { command: 'rm -rf /srv/data' }));
  expect(code).toBe(2);
  expect(reason).toMatch(/^Refused by the tool guard \(rm-outside-workdir\): rm of \/srv\/data,/);
  expect(reason).toContain('Remove only what lies inside your working directory');
  const refused = {
    tool: 'Bash',
    rule: 'rm-outside-workdir',
    reason: 'rm of /srv/data, outside the working directory',
  };
  expect(lab.signals()).toEqual([
    { hook_event_name: 'PreToolUse', session_id: CONVERSATION, cwd: lab.workdir, refused },
  ]);
  const [signal] = lab.signals();
  expect(parseSignal(JSON.stringify(signal), { session: 'pool-1', at: 1 })).toMatchObject({
    kind: 'signal',
    signal: { kind: 'refused', conversation: CONVERSATION, ...refused },
  });
});

test.each(['Write', 'Edit', 'MultiEdit'])(
  '%s may write into the project, but no settings',
  async (tool) => {
    const lab = openGuardLab();
    const hook = await lab.deploy();
    const use = (file: string) => lab.use(hook, lab.payload(tool, { file_path: file })).code;
    expect(use(join(lab.workdir, 'src', 'a.ts'))).toBe(0);
    expect(use(join(lab.workdir, '.claude', 'settings.json'))).toBe(2);
    expect(use(join(lab.account, 'settings.json'))).toBe(2);
    expect(use(join(lab.folder, 'settings.json'))).toBe(2);
    expect(use(join(lab.home, '.bashrc'))).toBe(2);
  },
);

test('a notebook is a file, too', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  const payload = lab.payload('NotebookEdit', { notebook_path: join(lab.home, '.ssh', 'config') });
  expect(lab.use(hook, payload).code).toBe(2);
});

test('links are followed before it is judged where a path leads', async () => {
  const lab = openGuardLab();
  symlinkSync(join(lab.home, '.bashrc'), join(lab.workdir, 'notes.txt'));
  symlinkSync('/srv', join(lab.workdir, 'data'));
  const hook = await lab.deploy();
  const codeOf = (command: string) => lab.use(hook, lab.payload('Bash', { command })).code;
  expect(codeOf('echo x >> notes.txt')).toBe(2);
  expect(codeOf('rm -rf data/*')).toBe(2);
  expect(codeOf('rm -rf data/old')).toBe(2);
  // The link goes, and what it points to stays.
  expect(codeOf('rm data')).toBe(0);
  const payload = lab.payload('Write', { file_path: join(lab.workdir, 'notes.txt') });
  expect(lab.use(hook, payload).code).toBe(2);
});

test('a working directory that is reached through a link is the working directory', async () => {
  const lab = openGuardLab();
  const link = join(lab.dir, 'link');
  symlinkSync(lab.workdir, link);
  const hook = await lab.deploy();
  const payload = lab.payload('Bash', { command: 'rm -rf dist' }, link);
  expect(lab.use(hook, payload).code).toBe(0);
});

test('the branch that is checked out decides about a hard reset', async () => {
  const lab = openGuardLab();
  mkdirSync(join(lab.workdir, '.git'));
  const hook = await lab.deploy();
  const resetOn = (branch: string) => {
    writeFileSync(join(lab.workdir, '.git', 'HEAD'), `ref: refs/heads/${branch}\n`);
    return lab.use(hook, lab.payload('Bash', { command: 'git reset --hard HEAD~1' })).code;
  };
  expect(resetOn('main')).toBe(2);
  expect(resetOn('feature/main')).toBe(0);
});

test('a rule that the config allows is off, and the others stay', async () => {
  const lab = openGuardLab({ agent: { toolGuard: { when: 'skipping', allow: ['sudo'] } } });
  const hook = await lab.deploy();
  const codeOf = (command: string) => lab.use(hook, lab.payload('Bash', { command })).code;
  expect(codeOf('sudo ls')).toBe(0);
  expect(codeOf('sudo rm -rf /srv/data')).toBe(2);
});

test('a refusal is a refusal, also when nobody can be told', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  rmSync(join(lab.folder, 'signals'), { recursive: true });
  rmSync(join(lab.folder, 'signal.sh'));
  expect(lab.use(hook, lab.payload('Bash', { command: 'sudo ls' })).code).toBe(2);
});

test('what an agent has in its environment does not turn the guard off', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  const env = { NODE_OPTIONS: '--require=/nonexistent', PATH: '/nonexistent' };
  expect(lab.use(hook, lab.payload('Bash', { command: 'ls' }), env).code).toBe(0);
  expect(lab.use(hook, lab.payload('Bash', { command: 'sudo ls' }), env).code).toBe(2);
});

test.each([
  ['no JSON', 'rm -rf'],
  ['nothing', ''],
  ['a list', '[]'],
  ['no tool', '{"session_id":"x","cwd":"/"}'],
  ['an input that is none', '{"session_id":"x","cwd":"/","tool_name":"Bash","tool_input":"ls"}'],
  ['no place', '{"session_id":"x","tool_name":"Bash","tool_input":{"command":"ls"}}'],
])('%s on stdin is a no', async (_what, stdin) => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  const { code, reason } = lab.use(hook, stdin);
  expect(code).toBe(2);
  expect(reason).toContain('the tool guard did not judge it');
  expect(lab.signals()).toMatchObject([
    { session_id: CONVERSATION, refused: { rule: 'guard-broken' } },
  ]);
});

test('a command that is nested too deep to be looked through is a no', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  const command = `${'eval '.repeat(20)}ls`;
  const { code, reason } = lab.use(hook, lab.payload('Bash', { command }));
  expect(code).toBe(2);
  expect(reason).toContain('nested too deep');
  expect(lab.signals()).toMatchObject([{ refused: { tool: 'Bash', rule: 'guard-broken' } }]);
});

test.each([
  ['are gone', (file: string) => rmSync(file)],
  ['are half written', (file: string) => writeFileSync(file, '{"v":1,')],
  ['are of another release', (file: string) => writeFileSync(file, '{"v":2}')],
  ['name no working directory', (file: string) => writeFileSync(file, '{"v":1,"allow":[]}')],
  [
    'name no list',
    (file: string) =>
      writeFileSync(file, '{"v":1,"workdir":"/","signalScript":null,"allow":"sudo"}'),
  ],
])('when its rules %s, everything is a no', async (_how, spoil) => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  spoil(join(lab.folder, 'tool-guard.json'));
  expect(lab.use(hook, lab.payload('Bash', { command: 'ls' })).code).toBe(2);
});

test('when its script is gone, everything is a no', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  rmSync(join(lab.folder, 'tool-guard.sh'));
  expect(lab.use(hook, lab.payload('Bash', { command: 'ls' })).code).toBe(2);
});

test('when its folder is gone, everything is a no', async () => {
  const lab = openGuardLab();
  const hook = await lab.deploy();
  rmSync(lab.folder, { recursive: true });
  expect(lab.use(hook, lab.payload('Bash', { command: 'ls' })).code).toBe(2);
});

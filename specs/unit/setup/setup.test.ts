import { expect, test } from '@jest/globals';
import { type SmallProject, smallProject } from './small-project.ts';

test('the first start installs, builds, says so, and runs the demo when there is no config', async () => {
  const project = smallProject();
  const { code, out, err } = await project.setUp(['start', '--flag', 'a b']);
  expect(code).toBe(0);
  expect(project.calls()).toEqual(['npm ci', 'tsc']);
  expect(out).toBe('["demo","--flag","a b"]\n');
  expect(err).toMatch(/^setup: installing .*\nsetup: building\nsetup: no config found .*\n$/);
});

test('the second start does nothing but run the daemon', async () => {
  const project = await smallProjectSetUp();
  const { err } = await project.setUp(['start', '--config', 'pool.yaml']);
  expect(project.calls()).toEqual([]);
  expect(err).toBe('');
});

test.each([
  ['--config FILE', ['--config', 'p.yaml'], {}],
  ['--config=FILE', ['--config=p.yaml'], {}],
  ['-c FILE', ['-c', 'p.yaml'], {}],
  ['-cFILE', ['-cp.yaml'], {}],
  ['a config in its usual place', [], { CLAUDE_FAILOVER_CONFIG: 'p.yaml' }],
])('with %s the daemon is started, not the demo', async (_, args, env) => {
  const project = await smallProjectSetUp();
  const { out } = await project.setUp(['start', ...args], { env });
  expect(JSON.parse(out)).toEqual(['start', ...args]);
});

test('the daemon’s exit code is ours', async () => {
  const project = await smallProjectSetUp();
  expect(await project.setUp(['start'], { env: { DAEMON_CODE: '78' } })).toMatchObject({
    code: 78,
  });
});

test.each(['cli/main.ts', 'tsconfig.json', 'machines/session/new.ts'])(
  'after %s was saved it is built again, once',
  async (path) => {
    const project = await smallProjectSetUp();
    project.save(path);
    await project.setUp(['start']);
    await project.setUp(['start']);
    expect(project.calls()).toEqual(['tsc']);
  },
);

test('after a source was deleted it is built again', async () => {
  const project = await smallProjectSetUp();
  project.save('cli/old.ts');
  await project.setUp(['start']);
  project.remove('cli/old.ts');
  await project.setUp(['start']);
  expect(project.calls()).toEqual(['tsc', 'tsc']);
});

test('a new lock file is installed, once', async () => {
  const project = await smallProjectSetUp();
  project.save('package-lock.json');
  await project.setUp(['start']);
  await project.setUp(['start']);
  expect(project.calls()).toEqual(['npm ci', 'tsc']);
});

test('what a person has installed with npm is taken as it is', async () => {
  const project = await smallProjectSetUp();
  project.remove('node_modules/.claude-failover-setup');
  await project.setUp(['start']);
  expect(project.calls()).toEqual([]);
});

test('after a change of Node the native modules are made again, and nothing else', async () => {
  const project = await smallProjectSetUp();
  project.save('node_modules/.claude-failover-setup');
  await project.setUp(['start'], { env: { OTHER_ABI: '1' } });
  expect(project.calls()).toEqual(['npm rebuild']);
});

test('when a program is missing nothing is done, and the person is told what to install', async () => {
  const project = smallProject();
  const { code, out, err } = await project.setUp(['start'], { lacking: 'tmux' });
  expect({ code, out, calls: project.calls() }).toEqual({ code: 69, out: '', calls: [] });
  expect(err).toBe('setup: not found: tmux. Please run this again after\n  install tmux\n');
});

test('compilers are needed only while something has to be compiled', async () => {
  const project = smallProject();
  expect(await project.setUp(['start'], { lacking: 'g++' })).toMatchObject({ code: 69 });
  await project.setUp(['start']);
  expect(await project.setUp(['start'], { lacking: 'g++' })).toMatchObject({ code: 0 });
});

test('an install that fails ends the start, and the next one tries again', async () => {
  const project = smallProject();
  expect(await project.setUp(['start'], { env: { NPM_FAILS: '1' } })).toMatchObject({ code: 69 });
  expect(await project.setUp(['start'])).toMatchObject({ code: 0 });
  expect(project.calls()).toEqual(['npm ci', 'npm ci', 'tsc']);
});

test('the specs get their arguments, all that they need, and no second build', async () => {
  const project = smallProject();
  const { code, out } = await project.setUp(['test', 'specs/unit', '--bail'], {
    env: { JEST_CODE: '1' },
  });
  expect(code).toBe(1);
  expect(out).toBe('jest specs/unit --bail, build skipped: 1\n');
  expect(project.calls()).toEqual(['npm ci', 'tsc', 'client-install']);
});

test('the specs need a browser, the daemon does not', async () => {
  const project = await smallProjectSetUp();
  expect(await project.setUp(['start'], { lacking: 'chromium' })).toMatchObject({ code: 0 });
  expect(await project.setUp(['test'], { lacking: 'chromium' })).toMatchObject({ code: 69 });
});

test('an unknown word is a usage error', async () => {
  expect(await smallProject().setUp(['strat'])).toMatchObject({ code: 64, out: '' });
});

async function smallProjectSetUp(): Promise<SmallProject> {
  const project = smallProject();
  await project.setUp(['start']);
  project.calls();
  return project;
}

import { describe, expect, test } from '@jest/globals';
import { judgeTool } from '../../../machines/policy/tool-guard/judge-tool.ts';
import { refusalForModel } from '../../../machines/policy/tool-guard/refusal.ts';
import { guardPlaces, refusedBy } from '../../harness/guard-places.ts';

describe('a working directory', () => {
  test.each([
    ['/usr/src/app', 'rm -rf dist && echo x > a.txt', null],
    ['/usr/src/app', 'rm -rf ../other', 'rm-outside-workdir'],
    ['/usr/src/app', 'echo x > ../other', 'write-system'],
    ['/home/dev', 'rm -rf projects/old', null],
    ['/home/dev', 'rm -rf ~/*', 'rm-outside-workdir'],
    ['/home/dev', 'rm -rf *', 'rm-outside-workdir'],
    ['/home/dev', 'rm -rf .ssh', 'write-keys'],
    ['/home/dev', 'rm .bashrc', 'write-shell-startup'],
    ['/home/dev', 'find . -name "*.pyc" -delete', null],
    ['/', 'rm -rf srv/data', null],
    ['/', 'rm -rf /etc/nginx', 'rm-outside-workdir'],
    ['/', 'rm -rf *', 'rm-outside-workdir'],
    ['/', 'rm -rf home', 'rm-outside-workdir'],
    ['/', 'find . -name "*.log" -delete', null],
    ['/tmp/w/app', 'rm -rf /tmp/other /tmp/w/b', null],
    ['/tmp/w/app', 'rm -rf /tmp/w', 'rm-outside-workdir'],
    ['/tmp/w/app', 'rm -rf /tmp/*', 'rm-outside-workdir'],
    ['/tmp/w/app', 'rm -rf /tmp/w*', 'rm-outside-workdir'],
    ['/tmp/w/app', 'chmod -R 777 .', null],
    ['/home/dev/.local/state/claude-failover/demo', 'echo x > a', null],
  ])('%s: %s → %s', (workdir, command, rule) => {
    expect(refusedBy(command, { workdir, cwd: workdir })).toBe(rule);
  });
});

test('a path is judged by its own name and by where its links lead', () => {
  const realPath = (path: string) => path.replace(/^\/work\/app\/link/, '/home/dev/.ssh');
  expect(refusedBy('echo x > link/config', { realPath })).toBe('write-keys');
  expect(refusedBy('echo x > link', { realPath })).toBe('write-keys');
  expect(refusedBy('rm link/config', { realPath })).toBe('rm-outside-workdir');
  expect(refusedBy('rm link/*', { realPath })).toBe('rm-outside-workdir');
  expect(refusedBy('rm link', { realPath })).toBeNull();
  expect(refusedBy('cat link/config', { realPath })).toBeNull();
  const hidden = (path: string) => path.replace(/^\/home\/dev/, '/data/dev');
  expect(refusedBy('echo x > ~/.bashrc', { realPath: hidden })).toBe('write-shell-startup');
});

test('what a subshell changes ends with it', () => {
  expect(refusedBy('(cd /); rm -rf dist')).toBeNull();
  expect(refusedBy('cd / | true; rm -rf dist')).toBeNull();
  expect(refusedBy('x=$(cd /); rm -rf dist')).toBeNull();
  expect(refusedBy('cd / & rm -rf dist')).toBeNull();
  expect(refusedBy('{ cd /; }; rm -rf dist')).toBe('rm-outside-workdir');
});

test('a variable that the agent has is known', () => {
  const env = { DATA: '/srv/data', BUILD: 'dist' };
  expect(refusedBy('rm -rf "$DATA"', { env })).toBe('rm-outside-workdir');
  expect(refusedBy('rm -rf "$BUILD"', { env })).toBeNull();
});

test('what only the shell will know is not guessed', () => {
  expect(refusedBy('read -r d; rm -rf "$d"')).toBeNull();
  expect(refusedBy('rm -rf "$(git rev-parse --show-toplevel)/dist"')).toBeNull();
  expect(refusedBy('cd "$(git rev-parse --show-toplevel)" && rm -rf dist')).toBeNull();
  expect(refusedBy('echo x > "$(mktemp -d)/.bashrc"')).toBeNull();
});

test('on main, only what is checked out may be reset to', () => {
  const branchOf = () => 'main';
  expect(refusedBy('git reset --hard', { branchOf })).toBeNull();
  expect(refusedBy('git reset --hard HEAD', { branchOf })).toBeNull();
  expect(refusedBy('git checkout -b fix && git reset --hard HEAD~1', { branchOf })).toBeNull();
  expect(refusedBy('git reset --hard origin/main', { branchOf })).toBe('reset-protected-branch');
});

test('a rule that is switched off does not hide another', () => {
  const judge = (command: string) =>
    judgeTool({ tool: 'Bash', input: { command } }, guardPlaces(), ['sudo', 'rm-outside-workdir']);
  expect(judge('sudo ls')).toBeNull();
  expect(judge('sudo rm -rf /srv/data')).toBeNull();
  expect(judge('sudo rm -rf ~/.ssh')?.rule).toBe('write-keys');
});

test('of several matters the gravest inside is told', () => {
  expect(refusedBy('sudo rm -rf /srv/data')).toBe('rm-outside-workdir');
  expect(refusedBy('sudo sh -c "curl x | sh"')).toBe('pipe-to-shell');
});

test('a reason is one short line, and the model is told what to do instead', () => {
  const command = `rm -rf "/srv/a\nb/${'x'.repeat(1000)}"`;
  const refusal = judgeTool({ tool: 'Bash', input: { command } }, guardPlaces(), []);
  expect(refusal?.reason).toMatch(/^rm of \/srv\/a b\/x+…$/);
  expect(refusal?.reason.length).toBeLessThanOrEqual(241);
  expect(refusalForModel({ rule: 'force-push', reason: 'git push -f' })).toBe(
    'Refused by the tool guard (force-push): git push -f. Push without force, to a branch of your own, or with --force-with-lease if it must be rewritten. If the task cannot be done without it, say so in your answer; do not look for a way around the guard.',
  );
});

test('a tool that neither runs a command nor changes a file is nobody’s concern', () => {
  const judge = (tool: string, input: Readonly<Record<string, unknown>>) =>
    judgeTool({ tool, input }, guardPlaces(), []);
  expect(judge('WebFetch', { url: 'https://example.test' })).toBeNull();
  expect(judge('Bash', { command: 7 })).toBeNull();
  expect(judge('Write', { file_path: '' })).toBeNull();
  expect(judge('Monitor', { command: 'tail -f /var/log/syslog' })).toBeNull();
  expect(judge('Monitor', { command: 'sudo tail -f /var/log/syslog' })?.rule).toBe('sudo');
});

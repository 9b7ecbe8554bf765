import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Launcher, launcherScript } from '../../../actors/agent/launcher-script.ts';
import { explainExit } from '../../../machines/policy/exit-codes.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const NASTY = [
  "it's",
  '"double" `back` $HOME $(date) \\ \\n',
  'two\nlines\n\nand a last newline\n',
  '\ttab  and   spaces ',
  '-n',
  '',
  '*?[a-z]~#!&|;<>(){}',
  // Bytes 0x81 to 0x88 are control marks inside some shells.
  Array.from({ length: 64 }, (_, i) => String.fromCodePoint(0xc0 + i)).join(''),
  'עברית Ж 日本 🧵\u0301',
  '\u0001\u007f\u0081',
];

test.each(NASTY)('the argument %j reaches the program as it is', (word) => {
  const output = run({ command: ['/usr/bin/printf', '%s\\0', word, 'end'] });
  expect(output.split('\0').slice(0, 2)).toEqual([word, 'end']);
});

test.each(NASTY)('the value %j reaches the environment as it is', (value) => {
  const output = run({ environment: { VALUE: value }, command: ['/usr/bin/env', '-0'] });
  expect(output.split('\0')).toContain(`VALUE=${value}`);
});

test('nothing of what the tmux server was started with is inherited but where the agent runs', () => {
  const output = run(
    { environment: { OWN: '1' }, command: ['/usr/bin/env', '-0'] },
    { SECRET: 'x', PATH: '/usr/bin:/bin', TERM: 'screen', TMUX: '/t,1,0', TMUX_PANE: '%5' },
  );
  const isOfLauncher = (line: string) => /^(PWD|_|CLAUDE_FAILOVER_AGENT)=/.test(line);
  const inherited = output.split('\0').filter((line) => line !== '' && !isOfLauncher(line));
  expect(inherited.sort()).toEqual(['OWN=1', 'TERM=screen', 'TMUX=/t,1,0', 'TMUX_PANE=%5']);
});

test('the program starts in the working directory, whatever its name', () => {
  const workdir = tempDir({ name: "it's a\n-dir" });
  expect(run({ workdir, command: ['/bin/pwd'] })).toBe(`${workdir}\n`);
});

test('the program takes the place of the launcher, so that the pid is its own', () => {
  const file = write({ command: ['/bin/sh', '-c', 'exec /usr/bin/readlink /proc/self'] });
  const { pid, stdout } = spawnSync('/bin/sh', [file], { encoding: 'utf8' });
  expect(stdout.trim()).toBe(String(pid));
});

test('the program and all that it starts bear its own name: pid, start time and pane', () => {
  // No setting of the operator's may take its place, nor spoil how it is found out.
  const environment = { CLAUDE_FAILOVER_AGENT: 'x', IFS: ':', line: 'kept', TMUX_PANE: '%6' };
  const command = ['/bin/sh', '-c', '/bin/cat /proc/$$/stat; /usr/bin/env'];
  const file = write({ environment, command });
  const env = { PATH: '/bin', TMUX_PANE: '%5' };
  const { pid, stdout } = spawnSync('/bin/sh', [file], { encoding: 'utf8', env });
  const [stat = '', ...lines] = stdout.split('\n');
  const startTime = stat.split(' ')[21];
  expect(lines).toContain(`CLAUDE_FAILOVER_AGENT=${pid}:${startTime}:%5`);
  expect(lines).toContain('line=kept');
});

test('a program that does not exist ends with a code that says so', () => {
  expect(explanationOf('no-such-program')).toBe('COMMAND_NOT_FOUND');
});

test('a program that may not be executed ends with a code that says so', () => {
  const file = join(tempDir(), 'plain');
  writeFileSync(file, '', { mode: 0o600 });
  expect(explanationOf(file)).toBe('COMMAND_NOT_EXECUTABLE');
});

test('a working directory that is gone ends with a code and a message of its own', () => {
  const workdir = join(tempDir(), 'gone');
  const file = write({ workdir, command: ['/bin/true'] });
  const { status, stderr } = spawnSync('/bin/sh', [file], { encoding: 'utf8' });
  expect(explainExit(status ?? -1)).toMatchObject({ code: 'WORKDIR_MISSING' });
  expect(stderr).toContain(workdir);
});

test.each([0, 1, 2, 129, 143, 255])('exit code %d of the agent itself explains nothing', (code) => {
  expect(explainExit(code)).toBeNull();
});

test('what a shell cannot carry is refused, not changed', () => {
  expect(() => launcherScript(filled({ environment: { 'A-B': '1' } }))).toThrow('A-B');
  expect(() => launcherScript(filled({ command: ['a\0b'] }))).toThrow('NUL');
});

function explanationOf(program: string): string | undefined {
  const { status } = spawnSync('/bin/sh', [write({ command: [program] })], { stdio: 'ignore' });
  return explainExit(status ?? -1)?.code;
}

function run(launcher: Partial<Launcher>, env: NodeJS.ProcessEnv = { PATH: '/nowhere' }): string {
  return execFileSync('/bin/sh', [write(launcher)], { encoding: 'utf8', env });
}

function write(launcher: Partial<Launcher>): string {
  const dir = tempDir();
  mkdirSync(join(dir, 'a b'));
  const file = join(dir, 'a b', 'launch.sh');
  writeFileSync(file, launcherScript(filled(launcher)), { mode: 0o600 });
  return file;
}

function filled(launcher: Partial<Launcher>): Launcher {
  return { environment: {}, workdir: '/', command: ['/bin/true'], ...launcher };
}

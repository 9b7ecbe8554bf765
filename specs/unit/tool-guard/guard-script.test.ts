import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { denial, guardCommand, guardScript } from '../../../actors/tool-guard/guard-script.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test.each([
  ['says the word', 'echo allowed', 0],
  ['says it and fails', 'echo allowed; exit 1', 0],
  ['refuses', `printf '%s\\n' '${denial('no')}'`, 2],
  ['refuses with the code of success', `echo '{}'; exit 0`, 2],
  ['says nothing', ':', 2],
  ['says more than the word', 'echo allowed; echo allowed', 2],
  ['says something else', 'echo yes', 2],
  ['says the word to the wrong one', 'echo allowed >&2', 2],
  ['crashes', 'exit 70', 2],
  ['is killed', 'kill -9 $$', 2],
  ['cannot be read', 'exit 127', 2],
])('a program that %s: the exit code is %i', (_how, program, code) => {
  expect(run({ program }).status).toBe(code);
});

test('a program that hangs is ended, and it is a no', () => {
  const dir = tempDir();
  // The same, but that nobody has to wait for ten seconds.
  const timeout = join(dir, 'timeout');
  writeFileSync(timeout, '#!/bin/sh\nshift 3\nexec /usr/bin/timeout -k 1 0.2 "$@"\n', {
    mode: 0o755,
  });
  expect(run({ program: 'exec sleep 60', timeout }).status).toBe(2);
});

test.each(['exit 1', 'exit 127', 'kill -9 $$'])('a script that comes to "%s" is a no', (end) => {
  const script = join(tempDir(), 'tool-guard.sh');
  writeFileSync(script, end);
  expect(spawnSync('/bin/sh', ['-c', guardCommand(script)]).status).toBe(2);
});

test('a timeout that is not installed any more is a no', () => {
  expect(run({ program: 'echo allowed', timeout: '/nonexistent/timeout' }).status).toBe(2);
});

test('a node that is not installed any more is a no', () => {
  expect(run({ program: 'echo allowed', node: '/nonexistent/node' }).status).toBe(2);
});

test('the refusal of the program is passed on as it is', () => {
  const text = denial(`it's "no"; $HOME \\n %s`);
  const file = join(tempDir(), 'answer');
  writeFileSync(file, `${text}\n`);
  expect(run({ program: `cat ${file}` }).stdout).toBe(`${text}\n`);
});

interface Parts {
  /** What the hook program does, in the words of `sh`. */
  readonly program: string;
  readonly timeout?: string;
  readonly node?: string;
}

function run({ program, timeout = '/usr/bin/timeout', node = '/bin/sh' }: Parts) {
  const dir = tempDir({ name: "it's a 'dir' $HOME" });
  const [script, file] = [join(dir, 'tool-guard.sh'), join(dir, 'program')];
  writeFileSync(file, program);
  const parts = { node, timeout, program: file, rulesFile: '/rules', signalScript: null };
  writeFileSync(script, guardScript(parts));
  return spawnSync('/bin/sh', ['-c', guardCommand(script)], { encoding: 'utf8', input: '' });
}

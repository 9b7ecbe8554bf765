import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { spawned } from '../../harness/spawned.ts';
import { until } from '../../harness/until.ts';

const LONG_ENOUGH_MS = 10_000;

test('every signal reaches the daemon once, and its exit code is ours', async () => {
  const { child, output, closed } = handOver('own', 'hear-signals.mjs');
  await until(() => output() === 'listening\n', { withinMs: LONG_ENOUGH_MS, what: 'the daemon' });
  child.kill('SIGHUP');
  await until(() => output().endsWith('SIGHUP\n'), { withinMs: LONG_ENOUGH_MS, what: 'SIGHUP' });
  child.kill('SIGTERM');
  expect(await closed).toEqual([7, null]);
  expect(output()).toBe('listening\nSIGHUP\nSIGTERM\n');
});

test('a Ctrl-C that comes from the terminal and from npm is one Ctrl-C to the daemon', async () => {
  const { child, output, closed } = handOver('own', 'hear-signals.mjs');
  await until(() => output() === 'listening\n', { withinMs: LONG_ENOUGH_MS, what: 'the daemon' });
  child.kill('SIGINT');
  await until(() => output().endsWith('SIGINT\n'), { withinMs: LONG_ENOUGH_MS, what: 'SIGINT' });
  child.kill('SIGINT');
  // Another kind is no echo, and by then the second SIGINT would have been heard.
  child.kill('SIGTERM');
  await closed;
  expect(output()).toBe('listening\nSIGINT\nSIGTERM\n');
});

test('specs stay in the terminal’s group, where its Ctrl-C reaches them without us', async () => {
  const { child, output, closed } = handOver('terminal', 'hear-signals.mjs');
  await until(() => output() === 'listening\n', { withinMs: LONG_ENOUGH_MS, what: 'the specs' });
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await closed).toEqual([7, null]);
  expect(output()).toBe('listening\nSIGTERM\n');
});

test('a daemon that a signal ends gives 128 and the number of the signal', async () => {
  const { closed } = handOver('own', 'end-by-signal.mjs');
  expect(await closed).toEqual([137, null]);
});

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly closed: Promise<readonly unknown[]>;
}

function handOver(group: 'own' | 'terminal', name: string): Running {
  const child = spawned(
    spawn(process.execPath, [program('hand-over.mjs'), group, program(name)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
    name,
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { child, output: () => text, closed: once(child, 'close') };
}

function program(name: string): string {
  return fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { compiledFixture } from '../harness/compiled.ts';
import { spawned } from '../harness/spawned.ts';

const LINES = 5_000;

test('every line is there, whole and in order, though the process exits right after', async () => {
  const { exit, lines } = await run(LINES, async () => undefined);
  expect(exit).toBe(3);
  expect(lines.map((line) => JSON.parse(line).index)).toEqual(indexes());
});

test('a reader that starts late and reads slowly gets every line too', async () => {
  const { exit, lines } = await run(LINES, async (child) => {
    await once(child.stderr ?? child, 'data');
    await sleep(200);
  });
  expect(exit).toBe(3);
  expect(lines).toHaveLength(LINES);
});

test('a reader that goes away does not end the process, which exits as it means to', async () => {
  const child = start(LINES);
  child.stdout?.destroy();
  expect(await once(child, 'exit')).toEqual([3, null]);
});

async function run(count: number, beforeReading: (child: ChildProcess) => Promise<void>) {
  const child = start(count);
  const exited = once(child, 'close');
  await beforeReading(child);
  const lines: string[] = [];
  if (child.stdout)
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  const [exit] = await exited;
  return { exit, lines };
}

function start(count: number): ChildProcess {
  const child = spawn(process.execPath, [compiledFixture('log-writer'), String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return spawned(child, 'log-writer');
}

function indexes(): readonly number[] {
  return Array.from({ length: LINES }, (_, index) => index);
}

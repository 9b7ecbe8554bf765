import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { compiledFixture } from '../harness/compiled.ts';
import { smallDisk, testWithDisks } from '../harness/small-disk.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';

/** More than a pipe holds, and no more than a busy reader takes in while the writer waits for it. */
const LINES = 2_000;

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

test('a reader that stops reading stops nobody, and is told how many lines it has missed', async () => {
  const child = spawned(
    spawn(process.execPath, [compiledFixture('log-flooder'), '30000'], { stdio: 'pipe' }),
    'log-flooder',
  );
  // Nobody reads its stdout, and it gets to its end all the same.
  await once(child.stderr, 'data');
  const exited = once(child, 'close');
  const lines: { readonly event: string; readonly lines?: number; readonly reason: string }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line));
    if (lines.at(-1)?.event === 'log.dropped') child.stdin.end();
  });
  expect(await exited).toEqual([3, null]);

  const gaps = lines.filter(({ event }) => event === 'log.dropped');
  const told = lines.filter(({ event }) => event !== 'log.dropped').map(({ reason }) => reason);
  const indexes = told.map((reason) => Number(reason.split(' ')[0]));
  const dropped = gaps.reduce((sum, gap) => sum + (gap.lines ?? 0), 0);
  expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
  expect(new Set(indexes).size + dropped).toBe(30_001);
  // What waits is bounded: 4 MiB here, 64 KiB in the pipe.
  expect(indexes.length).toBeLessThan(6_000);
  // The first gap is where it began, and the last line is there.
  expect(lines.findIndex(({ event }) => event === 'log.dropped')).toBe(contiguous(indexes));
  expect(indexes.at(-1)).toBe(30_000);
});

testWithDisks(
  'what is told while the disk of the log is full is written once there is room',
  async () => {
    const disk = smallDisk(tempDir(), 1);
    const file = join(disk.dir, 'log');
    const child = await intoFile(file, async (started) => {
      disk.fill();
      await once(started.stderr ?? started, 'data');
      await sleep(100);
      disk.free();
    });
    expect(child.exitCode).toBe(3);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).index)).toEqual(indexes(1_000));
  },
);

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

/** A log-writer whose stdout is a file, and that has ended. */
async function intoFile(
  file: string,
  meanwhile: (child: ChildProcess) => Promise<void>,
): Promise<ChildProcess> {
  const fd = openSync(file, 'w');
  const child = spawned(
    spawn(process.execPath, [compiledFixture('log-writer'), '1000'], {
      stdio: ['ignore', fd, 'pipe'],
    }),
    'log-writer',
  );
  closeSync(fd);
  const exited = once(child, 'close');
  await meanwhile(child);
  await exited;
  return child;
}

/** How many there are from the first on until one is missing. */
function contiguous(numbers: readonly number[]): number {
  return numbers.findIndex((number, at) => number !== at);
}

function indexes(count = LINES): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

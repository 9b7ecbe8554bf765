import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { costOf, provesNoFork } from '../../bench/process-cost.ts';

const look = () => costOf([process.pid]);

test('that nothing was forked is proven only while nothing is', () => {
  const before = look();
  expect(provesNoFork(before, look())).toBe(true);
  execFileSync('true');
  expect(provesNoFork(before, look())).toBe(false);
});

test('a child that still lives is a fork too', async () => {
  const before = look();
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  expect(provesNoFork(before, look())).toBe(false);
  child.stdin.end();
  await once(child, 'exit');
});

test('CPU that is used is seen, to the millisecond', () => {
  const before = look().cpuMs;
  const used = process.cpuUsage();
  while (process.cpuUsage(used).user < 30_000);
  expect(look().cpuMs - before).toBeGreaterThanOrEqual(29);
});

test('the CPU of a child counts once it has ended', () => {
  const before = look().cpuMs;
  const used = process.cpuUsage();
  execFileSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 200_000);']);
  const ourOwnMs = (process.cpuUsage(used).user + process.cpuUsage(used).system) / 1000;
  expect(look().cpuMs - before - ourOwnMs).toBeGreaterThan(150);
});

import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';

/** A disk of its own, so small that a spec can fill it. */
export interface SmallDisk {
  readonly dir: string;
  /** Not a byte more fits on it. */
  fill(): void;
  /** There is room again. */
  free(): void;
}

const CHUNK = Buffer.alloc(65_536);

/** Mounts an empty disk of this many megabytes at `dir`, until the spec ends. */
export function smallDisk(dir: string, megabytes: number): SmallDisk {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  mount(['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', dir]);
  atEnd(() => spawnSync('umount', ['--lazy', dir]));
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill: () => {
      for (const chunk of [CHUNK, CHUNK.subarray(0, 512)]) fillWith(ballast, chunk);
    },
    free: () => rmSync(ballast),
  };
}

/** The same directory once more, for reading only, over itself until the spec ends. */
export function readOnlyDisk(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  mount(['--bind', dir, dir]);
  atEnd(() => spawnSync('umount', ['--lazy', dir]));
  mount(['-o', 'remount,bind,ro', dir]);
}

/** A disk that a spec can have turn read-only under those who write to it, as the kernel does after an error. */
export interface BrittleDisk {
  turnReadOnly(): void;
  /** It is checked and mounted again; who had files open on it must open them anew. */
  mend(): void;
}

/** Mounts a file system of its own (ext4 in a file) at `dir`, until the spec ends. */
export function brittleDisk(dir: string): BrittleDisk {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const image = join(tempDir(), 'image');
  run('mkfs.ext4', ['-q', image, '32m']);
  const mountImage = () => mount(['-o', 'loop,errors=remount-ro', image, dir]);
  mountImage();
  chmodSync(dir, 0o700);
  atEnd(() => spawnSync('umount', ['--lazy', dir]));
  return {
    turnReadOnly: () => mount(['-o', 'remount,abort', dir]),
    mend: () => {
      run('umount', ['--lazy', dir]);
      // Code 1: errors were corrected.
      spawnSync('fsck.ext4', ['-p', image]);
      mountImage();
    },
  };
}

/** A test that mounts disks; skipped where that is not allowed: not the superuser, or a container without the right. */
export const testWithDisks = mayMount(['-t', 'tmpfs', 'tmpfs']) ? test : test.skip;

/** The same for one that turns read-only. */
export const testWithBrittleDisks =
  spawnSync('mkfs.ext4', ['-V']).status === 0 && existsSync('/dev/loop-control')
    ? testWithDisks
    : test.skip;

function fillWith(file: string, chunk: Buffer): void {
  try {
    for (;;) appendFileSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

function mount(args: readonly string[]): void {
  run('mount', args);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

function mayMount(what: readonly string[]): boolean {
  const dir = tempDir();
  const { status } = spawnSync('mount', [...what, dir]);
  if (status === 0) spawnSync('umount', [dir]);
  return status === 0;
}

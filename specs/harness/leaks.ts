import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  killStragglers,
  noteProcessesOfTheFile,
  processesOfTheTest,
  sandboxProcesses,
} from './leaks-processes.ts';
import { listeningSockets } from './listening-sockets.ts';
import { beginTest, endScope, type Scope } from './scope.ts';
import { removeTempDirsOf, tempDirsOf } from './temp-dir.ts';

// Long enough for what was told to end, also on a busy machine; a leak waits it out in vain.
const GRACE_MS = Number(process.env['CLAUDE_FAILOVER_SPEC_GRACE_MS'] ?? 2000);

const blamedSockets = new Set<string>();
let filesOfTheFile: readonly string[] = [];

/** Draws the line between what the file has made so far and what the test will make. */
export function openTest(sandbox: string): void {
  noteProcessesOfTheFile(sandbox);
  filesOfTheFile = readdirSync(tmpdir());
  beginTest();
}

/**
 * Runs the owner's clean-ups, then looks at what it has left: processes (tmux servers among them),
 * sockets, files. All of it is ended and removed, so that the next one is not blamed.
 *
 * @throws an error that lists every leak.
 */
export async function close(owner: Scope, sandbox: string): Promise<void> {
  const failures = await endScope(owner);
  const find = owner === 'test' ? processesOfTheTest : sandboxProcesses;
  const processes = await killStragglers(() => find(sandbox), GRACE_MS);
  const sockets = blameSocketsOf(owner, sandbox);
  removeTempDirsOf(owner);
  const leaks = [...processes, ...sockets, ...removeFilesOf(owner)];
  if (leaks.length > 0) throw new Error(report(owner, leaks), { cause: failures[0] });
  if (failures.length > 0) throw failures[0];
}

// Every other process has ended by now, so it is the spec itself that listens. We cannot make it
// stop, only blame it once.
function blameSocketsOf(owner: Scope, sandbox: string): readonly string[] {
  const kept = owner === 'test' ? tempDirsOf('file').flatMap(listeningSockets) : [];
  const spared = new Set([...blamedSockets, ...kept.map(({ inode }) => inode)]);
  const left = listeningSockets(sandbox).filter(({ inode }) => !spared.has(inode));
  for (const { inode } of left) blamedSockets.add(inode);
  return left.map(({ path }) => `socket that still listens: ${path}`);
}

function removeFilesOf(owner: Scope): readonly string[] {
  const kept = owner === 'test' ? filesOfTheFile : [];
  const left = readdirSync(tmpdir()).filter((name) => !kept.includes(name));
  const paths = left.map((name) => join(tmpdir(), name));
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths.map((path) => `file: ${path}`);
}

function report(owner: Scope, leaks: readonly string[]): string {
  return [`this ${owner} left behind:`, ...leaks].join('\n  ');
}

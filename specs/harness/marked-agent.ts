import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcherScript } from '../../actors/agent/launcher-script.ts';
import { identify } from '../../actors/process/identity.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { atEnd } from './scope.ts';
import { spawned } from './spawned.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** An agent that is a shell, started by the launcher of all agents, and the processes that it starts. */
export interface MarkedAgent {
  readonly identity: ProcessIdentity;
  readonly conversation: string;
  /** The process that wrote its pid into the file of this name; waits until it has. */
  started(name: string): Promise<ProcessIdentity>;
  /** The process whose pid is in the file of this name; null when it does not run. */
  living(name: string): ProcessIdentity | null;
  /** It dies at once and unasked, and is gone. */
  dies(): Promise<void>;
  /** Makes a file in its directory. */
  tell(name: string): void;
}

const SOON = { withinMs: 5000, everyMs: 5 };

/**
 * Runs `lines` in `/bin/sh` as an agent in pane `%5`, in a directory of its own. Processes write their pids
 * there: `echo $$ > name.pid`. All of them end with the test.
 */
export function startMarkedAgent(...lines: readonly string[]): MarkedAgent {
  const dir = tempDir();
  const launcher = join(dir, 'launch.sh');
  const command = ['/bin/sh', '-c', [...lines, 'exec sleep 1000'].join('\n')];
  const conversation = randomUUID();
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CLAUDE_FAILOVER_CONVERSATION: conversation,
  };
  writeFileSync(launcher, launcherScript({ environment, workdir: dir, command }));
  const env = { PATH: environment.PATH, TMUX_PANE: '%5' };
  const child = spawned(spawn('/bin/sh', [launcher], { env, stdio: 'ignore' }), 'the agent');
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('the agent has not started');
  atEnd(() => {
    for (const pid of [identity.pid, ...pidsIn(dir)]) killQuietly(pid);
  });
  const living = (name: string) => identify(pidIn(join(dir, `${name}.pid`)));
  return {
    identity,
    conversation,
    started: (name) => until(() => living(name), { ...SOON, what: name }),
    living,
    dies: async () => {
      killQuietly(identity.pid);
      // Reaped, too.
      await until(() => child.signalCode !== null, { ...SOON, what: 'the agent to be gone' });
    },
    tell: (name) => writeFileSync(join(dir, name), ''),
  };
}

function pidsIn(dir: string): readonly number[] {
  const files = readdirSync(dir).filter((name) => name.endsWith('.pid'));
  return files.map((name) => pidIn(join(dir, name)));
}

function pidIn(file: string): number {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

function killQuietly(pid: number): void {
  // 0 and negative numbers would mean process groups, our own first.
  if (pid <= 1) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended as it should have.
  }
}

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TmuxSocket } from '../../config/types.ts';
import { isAlive, livingPids, type ProcessFacts, readProcess } from './process-tree.ts';
import { atEnd } from './scope.ts';
import { killIfThere } from './send-signal.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** A tmux server at a socket of its own, and the operator who has a shell there. */
export interface TmuxServer {
  readonly path: string;
  readonly socket: TmuxSocket;
  /** Starts it as an operator does: own config, own environment, one session to begin with. */
  startAsOperator(options?: {
    readonly config?: string;
    readonly session?: string;
    /** Added to the operator's own. */
    readonly env?: NodeJS.ProcessEnv;
  }): void;
  /** Runs a tmux command; gives what it printed, throws when it fails. */
  run(...args: readonly string[]): string;
  /** The processes that serve this socket: one, unless something went wrong. */
  servers(): readonly ProcessFacts[];
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Nothing runs there yet. Whatever does when the test (or file) ends is killed, by pid. */
export function tmuxServer(): TmuxServer {
  const path = join(tempDir(), 's');
  const servers = () => serversAt(path);
  const runIn = (env: NodeJS.ProcessEnv, ...args: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-S', path, ...args], {
      encoding: 'utf8',
      env: { ...operatorEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = (...args: readonly string[]): string => runIn({}, ...args);
  const kill = () => killAt(path);
  atEnd(kill);
  return {
    path,
    socket: { kind: 'path', path },
    run,
    servers,
    kill,
    startAsOperator: ({ config = '', session = 'operator', env = {} } = {}) => {
      const file = join(tempDir(), 'tmux.conf');
      writeFileSync(file, config);
      const first = ['new-session', '-d', '-s', session, '-x', '80', '-y', '24', 'cat', '-'];
      runIn(env, '-f', file, ...first);
    },
  };
}

const GRACE_MS = 1000;

/**
 * Ends the tmux server at this socket, if there is one: orderly, or with SIGKILL. A server whose
 * control client lost its reader just before cannot end by itself (tmux issue 5444), and spec after
 * spec kills a daemon.
 */
export async function endServerAt(path: string): Promise<void> {
  try {
    execFileSync('tmux', ['-S', path, 'kill-server'], { stdio: 'ignore' });
  } catch {
    // None was started, or a spec has ended it.
  }
  const ended = () => serversAt(path).length === 0;
  await until(ended, { withinMs: GRACE_MS, what: 'the server to end' }).catch(() => killAt(path));
}

async function killAt(path: string): Promise<void> {
  const found = serversAt(path);
  for (const { pid } of found) killIfThere(pid);
  await until(() => !found.some(isAlive), { withinMs: 5000, what: 'the tmux server to end' });
}

/** By /proc and not by asking: a server that is stopped does not answer. */
function serversAt(path: string): readonly ProcessFacts[] {
  const found = livingPids()
    .map(readProcess)
    .filter((one) => one !== null)
    .filter(({ name, argv }) => name.startsWith('tmux: server') && argv.includes(path));
  // What a server has just forked looks like it until it runs its own program.
  return found.filter(({ parent }) => !found.some(({ pid }) => pid === parent));
}

function operatorEnv(): NodeJS.ProcessEnv {
  return { ...process.env, SHELL: '/bin/sh', OPERATORS_OWN: 'yes' };
}

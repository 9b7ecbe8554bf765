import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TmuxSocket } from '../../config/types.ts';
import { isAlive, livingPids, type ProcessFacts, readProcess } from './process-tree.ts';
import { atEnd } from './scope.ts';
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
  const kill = async (): Promise<void> => {
    const found = servers();
    for (const { pid } of found) process.kill(pid, 'SIGKILL');
    await until(() => !found.some(isAlive), { withinMs: 5000, what: 'the tmux server to end' });
  };
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

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';
import { endServerAt } from './tmux-server.ts';

/** An operator's own tmux server, with sessions that log every byte they receive. */
export interface OperatorServer {
  readonly socketPath: string;
  readonly names: readonly string[];
  /** All that could have been changed about the server and these sessions, as text to compare. */
  portrait(): string;
  /** Session names that have received anything. */
  disturbed(): readonly string[];
}

/** Starts the server with a config of its own and one logging session per name. */
export function startOperatorServer(names: readonly string[]): OperatorServer {
  const dir = tempDir();
  const socketPath = join(dir, 'operator.sock');
  const received = join(dir, 'received');
  mkdirSync(received);
  const conf = join(dir, 'tmux.conf');
  writeFileSync(
    conf,
    'set -g history-limit 3000\nset -g status-left "mine"\nset -g mouse on\nset -g automatic-rename off\n',
  );
  const tmux = (...args: readonly string[]) =>
    execFileSync('tmux', ['-S', socketPath, '-f', conf, ...args], { encoding: 'utf8' });
  atEnd(() => endServerAt(socketPath));
  for (const name of names) {
    const log = join(received, name);
    writeFileSync(log, '');
    tmux(
      'new-session',
      '-d',
      '-s',
      name,
      '-e',
      `MINE=${name}`,
      `stty raw -echo; exec cat >>${log}`,
    );
  }
  const target = (name: string) => `=${name}`;
  return {
    socketPath,
    names,
    portrait: () =>
      [
        tmux('show-options', '-s'),
        tmux('show-options', '-g'),
        tmux('show-options', '-gw'),
        tmux('show-hooks', '-g'),
        tmux('show-environment', '-g'),
        ...names.flatMap((name) => [
          tmux('list-panes', '-s', '-t', target(name), '-F', PORTRAIT),
          tmux('show-options', '-t', `${target(name)}:`),
          tmux('show-options', '-w', '-t', `${target(name)}:`),
          tmux('show-options', '-p', '-t', `${target(name)}:`),
          tmux('show-hooks', '-t', `${target(name)}:`),
          tmux('show-environment', '-t', target(name)),
        ]),
      ].join('\n--\n'),
    disturbed: () => names.filter((name) => readFileSync(join(received, name)).length > 0),
  };
}

const PORTRAIT =
  '#{session_id} #{session_name} #{session_created} #{window_id} #{window_name} #{pane_id} #{pane_pid} #{pane_dead} #{window_width}x#{window_height}';

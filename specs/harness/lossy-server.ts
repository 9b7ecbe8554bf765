import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainFixture } from './compiled.ts';
import { readProcess } from './process-tree.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';
import { type TmuxServer, tmuxServer } from './tmux-server.ts';
import { until } from './until.ts';

/** An operator's tmux server in which the SIGCHLD of an agent is lost, every time and not one time in twelve. */
export interface LossyServer extends TmuxServer {
  /** Kills the process while the server does not hear it, and nothing else that it tells of happens. */
  killUnheard(pid: number): Promise<void>;
}

/** What it does only a tmux can that is older than 3.6 and linked with libutempter: see `losesSignals`. */
export function lossyServer(): LossyServer {
  const dir = tempDir();
  const library = join(dir, 'lost-sigchld.so');
  const wanted = join(dir, 'wanted');
  const deaf = join(dir, 'deaf');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, plainFixture('lost-sigchld.c')]);
  const server = tmuxServer();
  const env = { LD_PRELOAD: library, LOST_SIGCHLD_WANTED: wanted, LOST_SIGCHLD_DEAF: deaf };
  server.startAsOperator({ env });
  const isDeaf = () => existsSync(deaf) || !losesSignals();
  return {
    ...server,
    killUnheard: async (pid) => {
      writeFileSync(wanted, '');
      const closing = await closeTerminal(server);
      // Its own end would be heard, and the other one with it.
      atEnd(() => process.kill(closing, 'SIGKILL'));
      await until(isDeaf, { withinMs: 5000, what: 'the server to be deaf' });
      process.kill(pid, 'SIGKILL');
      await until(() => readProcess(pid) === null, {
        withinMs: 5000,
        what: 'the agent to be dead',
      });
      rmSync(deaf, { force: true });
    },
  };
}

/**
 * In a split of the operator's a program closes its terminal and lives on: the server tells nobody of the end of one
 * pane of several, and is deaf while it puts it away.
 */
async function closeTerminal(server: TmuxServer): Promise<number> {
  const script = "trap '' HUP; read x; exec sleep 1000 </dev/null >/dev/null 2>&1";
  const where = ['-d', '-P', '-F', '#{pane_pid} #{pane_id}', '-t', '=operator:'];
  const split = server.run('split-window', ...where, '/bin/sh', '-c', script).trim();
  const [pid = '', paneId = ''] = split.split(' ');
  server.run('send-keys', '-t', paneId, 'Enter');
  const isClosed = () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n';
  await until(isClosed, { withinMs: 2000, what: 'a terminal to be closed', everyMs: 1 });
  return Number(pid);
}

/** Whether the tmux of this machine has the bug. */
export function losesSignals(): boolean {
  const tmux = execFileSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8' }).trim();
  const [, major = 0, minor = 0] =
    /(\d+)\.(\d+)/.exec(execFileSync(tmux, ['-V'], { encoding: 'utf8' }))?.map(Number) ?? [];
  const isOld = major < 3 || (major === 3 && minor < 6);
  return isOld && execFileSync('ldd', [tmux], { encoding: 'utf8' }).includes('libutempter');
}

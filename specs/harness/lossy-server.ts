import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainFixture } from './compiled.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';
import { type TmuxServer, tmuxServer } from './tmux-server.ts';
import { until } from './until.ts';

/** Well within the time for which `lost-sigchld.c` makes the server deaf, and after its begin. */
const INTO_DEAFNESS_MS = 30;

/** An operator's tmux server in which the SIGCHLD of an agent is lost, every time and not one time in twelve. */
export interface LossyServer extends TmuxServer {
  /** Kills the process while the server does not hear it, and nothing else that it tells of happens. */
  killUnheard(pid: number): Promise<void>;
}

/** What it does only a tmux can that is older than 3.6 and linked with libutempter: see `losesSignals`. */
export function lossyServer(): LossyServer {
  const library = join(tempDir(), 'lost-sigchld.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, plainFixture('lost-sigchld.c')]);
  const server = tmuxServer();
  server.startAsOperator({ env: { LD_PRELOAD: library } });
  return {
    ...server,
    killUnheard: async (pid) => {
      const closing = await closeTerminal(server);
      await sleep(INTO_DEAFNESS_MS);
      process.kill(pid, 'SIGKILL');
      // Its own end would be heard, and the other one with it.
      atEnd(() => process.kill(closing, 'SIGKILL'));
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

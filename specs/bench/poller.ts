/*
 * The usual way to keep sessions alive, as a program of its own: once a second `tmux has-session` is
 * run for each of them, one after the other, and one that is missing is created again.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { monotonicMs } from './monotonic.ts';
import { pollOnOrders } from './poll-loop.ts';
import type { PollerTask, Told } from './poller-messages.ts';

const task: PollerTask = JSON.parse(process.argv[2] ?? '');
const conversations = new Map(task.sessions.map((session) => [session, randomUUID()]));

await pollOnOrders({ sweep, end: () => void tmux('kill-server') });

function sweep(): void {
  const begunMs = monotonicMs();
  let forks = 0;
  for (const [session, conversation] of conversations) {
    forks += 1;
    if (tmux('has-session', '-t', `=${session}`).status === 0) continue;
    tell({ kind: 'noticed', session, atMs: monotonicMs() });
    forks += 1;
    const pid = create(session, conversation);
    tell({ kind: 'replaced', session, atMs: monotonicMs(), pid });
  }
  tell({ kind: 'looked', durationMs: monotonicMs() - begunMs, forks });
}

function create(session: string, conversation: string): number {
  const place = ['-d', '-s', session, '-x', '200', '-y', '50', '-c', task.workdir];
  const environment = [
    `CLAUDE_CONFIG_DIR=${task.home}`,
    // As the daemon's agents have it: who tidies up finds them by it.
    `CLAUDE_FAILOVER_SESSION=${session}`,
  ].flatMap((variable) => ['-e', variable]);
  const print = ['-P', '-F', '#{pane_pid}'];
  const agent = [...task.agent, '--session-id', conversation];
  return Number(tmux('new-session', ...place, ...environment, ...print, '--', ...agent).stdout);
}

/** Synchronously, which is the quickest that node can do it. */
function tmux(...args: readonly string[]) {
  return spawnSync('tmux', ['-S', task.socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
}

function tell(told: Told): void {
  process.send?.(told);
}

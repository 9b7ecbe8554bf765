import type { StatusReport } from '../status-report.ts';
import { amiss, type Finding } from './finding.ts';

type PoolReport = Pick<StatusReport, 'daemon' | 'pool' | 'sessions'>;

/** What a daemon that answers tells of its pool, and is not well there. */
export function judgePool(report: PoolReport): readonly Finding[] {
  return [...judgeTmux(report), ...judgeUsable(report), ...judgeFailed(report)];
}

function judgeTmux({ daemon }: PoolReport): readonly Finding[] {
  const { tmux, tmuxSilentSince: since } = daemon;
  if (tmux !== 'silent') return [];
  return [
    amiss('warn', 'doctor.tmux_server', {
      message: `tmux does not answer since ${since}, nothing is decided`,
      remedy:
        "See what its server does: ps -C 'tmux: server' -o pid,stat,args; one that is stopped (T) goes on after kill -CONT PID. Sessions keep running.",
      facts: { since },
    }),
  ];
}

/** While it comes up nothing is usable yet. */
function judgeUsable({ daemon, pool }: PoolReport): readonly Finding[] {
  const { min, max, usable, degraded } = pool;
  if (!degraded || daemon.state !== 'ready') return [];
  return [
    amiss('warn', 'doctor.pool', {
      message: `the pool is degraded: ${usable} of ${max} sessions usable, at least ${min} are wanted`,
      remedy: 'claude-failover status tells what keeps each of the others.',
      facts: { min, max, usable },
    }),
  ];
}

function judgeFailed({ sessions }: PoolReport): readonly Finding[] {
  const failed = sessions.filter(({ state }) => state === 'failed').map(({ name }) => name);
  const [first] = failed;
  if (first === undefined) return [];
  const what = failed.length === 1 ? '1 session is failed' : `${failed.length} sessions are failed`;
  return [
    amiss('warn', 'doctor.sessions', {
      message: `${what}: ${failed.join(', ')}`,
      remedy: `claude-failover session show ${first} tells why; then claude-failover session reset ${failed.join(' ')}.`,
      facts: { failed },
    }),
  ];
}

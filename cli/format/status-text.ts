import type { DaemonState, StatusReport } from '../../supervisor/status-report.ts';
import type { Paint, Style } from '../terminal/colours.ts';
import { accountTable } from './account-table.ts';
import { ago } from './ago.ts';
import { sessionTable } from './session-table.ts';

export interface StatusTextOptions {
  readonly paint: Paint;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The whole status on one page for a person. */
export function statusText(report: StatusReport, options: StatusTextOptions): string {
  const summary = [daemonLine(report, options), poolLine(report, options), ...queueLines(report)];
  return [
    summary.join('\n'),
    sessionTable(report.sessions, options),
    accountTable(report.accounts, options),
  ].join('\n\n');
}

function daemonLine({ daemon }: StatusReport, { paint, now }: StatusTextOptions): string {
  const state = paint(DAEMON_STYLE[daemon.state], daemon.state);
  if (daemon.state === 'down') return `daemon  ${state}: what it stored is shown`;
  const since = daemon.startedAt === null ? '' : `, started ${ago(daemon.startedAt, now)}`;
  return `daemon  ${state}, pid ${daemon.pid}, version ${daemon.version}${since}`;
}

const DAEMON_STYLE: Readonly<Record<DaemonState, Style>> = {
  starting: 'yellow',
  ready: 'green',
  escalated: ['bold', 'red'],
  stopping: 'yellow',
  down: 'red',
};

function poolLine({ pool }: StatusReport, { paint }: StatusTextOptions): string {
  const usable = `pool    ${pool.usable} of ${pool.max} usable`;
  return pool.degraded
    ? `${usable}, ${paint('yellow', `degraded: at least ${pool.min} are wanted`)}`
    : usable;
}

/** Said only when there is something in it. */
function queueLines({ queue }: StatusReport): readonly string[] {
  const counts = Object.entries(queue).filter(([, count]) => count > 0);
  if (counts.length === 0) return [];
  return [`queue   ${counts.map(([state, count]) => `${count} ${state}`).join(', ')}`];
}

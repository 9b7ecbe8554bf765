import type { DaemonState, StatusReport } from '../../supervisor/status-report.ts';
import type { AccountHomes } from '../account-homes.ts';
import type { Style } from '../terminal/colours.ts';
import { accountTable } from './account-table.ts';
import { ago } from './ago.ts';
import type { PageStyle } from './page-style.ts';
import { sessionTable } from './session-table.ts';
import { storedNote } from './session-words.ts';

/**
 * The whole status on one page for a person.
 *
 * @param homes where the accounts live, for whoever has to log in there
 */
export function statusText(report: StatusReport, style: PageStyle, homes?: AccountHomes): string {
  const summary = [daemonLine(report, style), poolLine(report, style), ...queueLines(report)];
  return [summary.join('\n'), sessionTable(report, style), accountTable(report, style, homes)].join(
    '\n\n',
  );
}

function daemonLine({ daemon, sessions }: StatusReport, { paint, now }: PageStyle): string {
  const state = paint(DAEMON_STYLE[daemon.state], daemon.state);
  if (daemon.state === 'down') return `daemon  ${state}: ${storedNote(sessions)}`;
  const since = daemon.startedAt === null ? '' : `, started ${ago(daemon.startedAt, now)}`;
  const line = `daemon  ${state}, pid ${daemon.pid}, version ${daemon.version}${since}`;
  return [
    line,
    ...(daemon.state === 'escalated' ? [`        ${ESCALATED}`] : []),
    ...tmuxLine(daemon, { paint, now }),
  ].join('\n');
}

/** Said only while it does not answer; a daemon of an older version says nothing of it. */
function tmuxLine(
  { tmux, tmuxSilentSince }: StatusReport['daemon'],
  { paint, now }: Pick<PageStyle, 'paint' | 'now'>,
): readonly string[] {
  if (tmux !== 'silent') return [];
  const since =
    tmuxSilentSince === null ? '' : ` since ${tmuxSilentSince} (${ago(tmuxSilentSince, now)})`;
  return [`tmux    ${paint(['bold', 'red'], `does not answer${since}`)}, nothing is decided`];
}

const ESCALATED =
  'nothing is created, given out or moved; mend the cause, then: claude-failover session reset --all';

const DAEMON_STYLE: Readonly<Record<DaemonState, Style>> = {
  starting: 'yellow',
  ready: 'green',
  escalated: ['bold', 'red'],
  stopping: 'yellow',
  down: 'red',
};

function poolLine({ daemon, pool }: StatusReport, { paint }: PageStyle): string {
  if (daemon.state === 'down')
    return 'pool    not known while no daemon runs; start it: claude-failover start';
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

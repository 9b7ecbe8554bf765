import type { MachineFacts } from '../../machines/doctor-facts.ts';
import type { DaemonState, StatusReport } from '../status-report.ts';
import { amiss, type Finding, fine } from './finding.ts';
import { judgePool } from './judge-pool.ts';

/** How the daemon of this config answered; `silent`: one is there and does not. */
export type DaemonWord = DaemonState | 'silent';

export interface DaemonSaid {
  readonly word: DaemonWord;
  /** Why it serves no page; null when it does, or when nobody answers. */
  readonly pageProblem: string | null;
  /** What it tells; null when nobody answers. */
  readonly report: Pick<StatusReport, 'daemon' | 'pool' | 'sessions'> | null;
}

/** The daemon of this config, its page, and who else holds slots of its range. */
export function judgeDaemon(
  { word, pageProblem, report }: DaemonSaid,
  { holders }: MachineFacts,
): readonly Finding[] {
  return [
    judgeAnswer(word, holders),
    ...(report === null ? [] : judgePool(report)),
    ...judgePage(pageProblem),
    ...judgeHolders(word, holders),
  ];
}

function judgePage(problem: string | null): readonly Finding[] {
  if (problem === null) return [];
  return [
    amiss('warn', 'doctor.page', {
      message: `no page is served: ${problem}`,
      remedy:
        'Mend control in the config, then stop the daemon and start it: sessions keep running.',
    }),
  ];
}

function judgeAnswer(state: DaemonWord, holders: MachineFacts['holders']): Finding {
  const facts = { state };
  switch (state) {
    case 'silent':
      return silent(holders);
    case 'escalated':
      return amiss('warn', 'doctor.daemon', {
        message: 'the daemon has stopped creating sessions: too many crashes in the whole pool',
        remedy: 'claude-failover session list tells why; then claude-failover session reset --all.',
        facts,
      });
    default:
      return fine(
        'doctor.daemon',
        state === 'down' ? 'no daemon runs' : `the daemon is ${state}`,
        facts,
      );
  }
}

/** Whoever holds slots of its range is that daemon; one that is stopped (SIGSTOP) hears of SIGKILL only. */
function silent(holders: MachineFacts['holders']): Finding {
  const [holder] = holders;
  const pid = holders.length === 1 && holder !== undefined ? holder.pid : null;
  const word = 'does not answer';
  const end =
    pid === null ? 'end it' : `end it: kill ${pid}, and if that does nothing kill -9 ${pid}`;
  return amiss('warn', 'doctor.daemon', {
    message: `the daemon${pid === null ? '' : ` (pid ${pid})`} is there and ${word}`,
    remedy: `See its log; ${end}. Then start it again: sessions keep running.`,
    facts: { state: 'silent', pid },
  });
}

function judgeHolders(word: DaemonWord, holders: MachineFacts['holders']): readonly Finding[] {
  if (word !== 'down' || holders.length === 0) return [];
  return holders.map(({ pid, startIndex, max }) =>
    amiss('warn', 'doctor.lock', {
      message: `pid ${pid} holds indexes ${startIndex} to ${startIndex + max - 1} with another config`,
      remedy: 'Stop it, or give this config another range or another tmux socket.',
      facts: { pid, startIndex, max },
    }),
  );
}

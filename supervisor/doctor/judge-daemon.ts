import type { MachineFacts } from '../../machines/doctor-facts.ts';
import type { DaemonState } from '../status-report.ts';
import { amiss, type Finding, fine } from './finding.ts';

/** How the daemon of this config answered; `silent`: one is there and does not. */
export type DaemonWord = DaemonState | 'silent';

export interface DaemonSaid {
  readonly word: DaemonWord;
  /** Why it serves no page; null when it does, or when nobody answers. */
  readonly pageProblem: string | null;
}

/** The daemon of this config, its page, and who else holds slots of its range. */
export function judgeDaemon(
  { word, pageProblem }: DaemonSaid,
  { holders }: MachineFacts,
): readonly Finding[] {
  return [judgeAnswer(word), ...judgePage(pageProblem), ...judgeHolders(word, holders)];
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

function judgeAnswer(state: DaemonWord): Finding {
  const facts = { state };
  switch (state) {
    case 'silent':
      return amiss('warn', 'doctor.daemon', {
        message: 'the daemon is there and does not answer',
        remedy: 'See its log; end it with SIGTERM and start it again: sessions keep running.',
        facts,
      });
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

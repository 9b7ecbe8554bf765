import type { MachineFacts } from '../../machines/doctor-facts.ts';
import type { Finding } from './finding.ts';
import { judgeAccounts } from './judge-accounts.ts';
import { type Checked, judgeConfig } from './judge-config.ts';
import { type DaemonSaid, judgeDaemon } from './judge-daemon.ts';
import { judgeMachine } from './judge-machine.ts';
import { judgePrograms } from './judge-programs.ts';
import { judgeWorkdirs } from './judge-workdirs.ts';

export interface Examined {
  readonly checked: Checked;
  readonly facts: MachineFacts;
  /** null when there is no config to have a daemon. */
  readonly daemon: DaemonSaid | null;
}

/** Judges everything that was looked at, what matters first first. Pure. */
export function diagnose({ checked, facts, daemon }: Examined): readonly Finding[] {
  return [
    ...judgePrograms(facts),
    ...judgeConfig(checked),
    ...judgeAccounts(facts),
    ...judgeWorkdirs(facts),
    ...judgeMachine(facts),
    ...(daemon === null ? [] : judgeDaemon(daemon, facts)),
  ];
}

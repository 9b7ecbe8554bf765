import type { Account } from '../../config/types.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { AgentStatus, ProcessIdentity } from '../../machines/ports.ts';
import { watchFolder } from './folder-watch.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { readStatus, statusFolder } from './status-file.ts';

export interface StatusWatch {
  readonly account: Account;
  /** Whether this agent has said something in this account's home, as far as was heard. */
  hasHeard(agent: ProcessIdentity): boolean;
  ensure(): void;
  close(): void;
}

/**
 * Tells what the agents of one account do, as their status files change: once for each change of
 * status, of what they wait for, or of conversation. Event-driven (inotify), no timers; a burst of
 * writes to one file costs one or two reads.
 */
export function watchStatuses(account: Account, tell: (status: AgentStatus) => void): StatusWatch {
  const last = new Map<number, AgentStatus>();
  let closed = false;

  const refresh = async (pid: number) => {
    const status = await readStatus(account, pid);
    if (closed) return;
    if (status === null) last.delete(pid);
    else if (!saysTheSame(status, last.get(pid))) {
      last.set(pid, status);
      tell(status);
    }
  };
  const refreshOnce = oneAtATime(refresh);
  const folder = watchFolder(statusFolder(account), (name) => {
    const pid = /^(\d+)\.json$/.exec(name)?.[1];
    if (pid !== undefined) refreshOnce(Number(pid));
  });

  return {
    account,
    hasHeard: (agent) => isSameProcess(agent, last.get(agent.pid)?.agent ?? null),
    ensure: folder.ensure,
    close: () => {
      closed = true;
      folder.close();
    },
  };
}

function saysTheSame(a: AgentStatus, b: AgentStatus | undefined): boolean {
  return (
    b !== undefined &&
    isSameProcess(a.agent, b.agent) &&
    a.status === b.status &&
    a.waitingFor === b.waitingFor &&
    a.conversation === b.conversation
  );
}

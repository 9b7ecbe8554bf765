import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { AgentStatus } from '../../machines/ports.ts';
import { isAlive } from '../process/identity.ts';
import type { Said } from './status-file.ts';

/** A client says within this time of a turn's failure that it is at rest, or that its dialog is open. */
const SAYS_WITHIN_MS = 5000;

/**
 * In which conversation each client is, and since when, as far as was heard: a person can go to another one inside the
 * client (`/resume`), which was another client's before, perhaps on another account.
 */
export interface Whereabouts {
  note(status: Pick<AgentStatus, 'agent' | 'conversation'>): void;
  /**
   * Whether a turn that failed at this time, epoch milliseconds, in the conversation that the client says was its own:
   * it was heard in there before, or has ended a turn just then.
   */
  ranTurn(said: Said, failedAt: number): boolean;
}

interface Stay extends Pick<AgentStatus, 'agent' | 'conversation'> {
  readonly since: number;
}

/** Nothing was heard yet. `now`: epoch milliseconds. */
export function createWhereabouts(now: () => number): Whereabouts {
  const stays = new Map<number, Stay>();
  const note: Whereabouts['note'] = ({ agent, conversation }) => {
    const known = stays.get(agent.pid);
    if (known?.conversation === conversation && isSameProcess(known.agent, agent)) return;
    if (known === undefined) forgetGone(stays);
    stays.set(agent.pid, { agent, conversation, since: now() });
  };
  return {
    note,
    ranTurn: (said, failedAt) => {
      note(said.status);
      const { pid } = said.status.agent;
      const stay = stays.get(pid);
      if (stay !== undefined && failedAt >= stay.since) return true;
      if (!endedAt(said, failedAt)) return false;
      // What it says changes, as when its dialog is closed; that it was there then does not.
      if (stay !== undefined) stays.set(pid, { ...stay, since: failedAt });
      return true;
    },
  };
}

function endedAt({ statusAt }: Said, failedAt: number): boolean {
  return statusAt !== null && Math.abs(statusAt - failedAt) <= SAYS_WITHIN_MS;
}

function forgetGone(stays: Map<number, Stay>): void {
  for (const [pid, { agent }] of stays) if (!isAlive(agent)) stays.delete(pid);
}

import type { Config } from '../../config/types.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { AgentPort, AgentStatus } from '../../machines/ports.ts';
import { orDiskFailure } from './disk-failure.ts';
import { type LaunchContext, prepareLaunch } from './prepare-launch.ts';
import { readStatus } from './status-file.ts';
import { type StatusWatch, watchStatuses } from './status-watch.ts';
import { hasTranscript } from './transcript.ts';

export interface AgentPortOptions extends LaunchContext {
  readonly config: Pick<Config, 'accounts' | 'sharedState' | 'agent'>;
}

/**
 * The agent as the machines see it: how to launch it, whether its conversation is on disk, and what
 * it says it is doing. Watching starts at once: subscribe with `onStatus` in the same tick to miss
 * nothing. Throws `WATCH_FAILED` when the kernel refuses to watch an account's home.
 */
export function createAgentPort({ config, stateDir, env }: AgentPortOptions): AgentPort {
  const listeners = new Set<(status: AgentStatus) => void>();
  const tell = (status: AgentStatus) => {
    for (const listener of listeners) listener(status);
  };
  const watches = config.accounts.map((account) => watchStatuses(account, tell));

  return {
    prepare: (launch) => orDiskFailure(prepareLaunch({ config, stateDir, env }, launch)),
    hasTranscript: (conversation) =>
      orDiskFailure(hasTranscript(config.sharedState.root, conversation)),
    status: async (agent) => {
      const statuses = await Promise.all(watches.map((watch) => lookAgain(watch, agent.pid)));
      return (
        statuses.find((status) => status !== null && isSameProcess(status.agent, agent)) ?? null
      );
    },
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
      for (const watch of watches) watch.close();
    },
  };
}

/** The safety net beside the watch, which may have lost its folder. */
async function lookAgain(watch: StatusWatch, pid: number): Promise<AgentStatus | null> {
  watch.ensure();
  return await readStatus(watch.account, pid);
}

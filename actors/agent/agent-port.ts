import { FailoverError } from '../../config/errors.ts';
import type { Config } from '../../config/types.ts';
import type { AgentPort, AgentStatus } from '../../machines/ports.ts';
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
  const watches = new Map<string, StatusWatch>(
    config.accounts.map((account) => [account.name, watchStatuses(account, tell)]),
  );

  return {
    prepare: (launch) => prepareLaunch({ config, stateDir, env }, launch),
    hasTranscript: (conversation) => hasTranscript(config.sharedState.root, conversation),
    status: async (agent, account) => {
      const watch = watches.get(account);
      if (!watch) throw new FailoverError('NOT_FOUND', `no account ${account}`, { account });
      watch.ensure();
      const status = await readStatus(watch.account, agent.pid);
      return status?.agent.startTime === agent.startTime ? status : null;
    },
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
      for (const watch of watches.values()) watch.close();
    },
  };
}

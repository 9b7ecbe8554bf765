import path from 'node:path';
import type { Account, Config } from '../../config/types.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { AgentPort, AgentStatus, ProcessIdentity } from '../../machines/ports.ts';
import { createHeldClients, type HeldClients } from '../process/held-clients.ts';
import { readOrigin } from '../process/origin.ts';
import { createToolGuard } from '../tool-guard/tool-guard.ts';
import { orDiskFailure } from './disk-failure.ts';
import { lastFailure } from './last-failure.ts';
import { type LaunchContext, prepareLaunch, sessionFolder } from './prepare-launch.ts';
import { writePrivateFile } from './private-file.ts';
import { readSaid, type Said } from './status-file.ts';
import { type StatusWatch, watchStatuses } from './status-watch.ts';
import { hasTranscript } from './transcript.ts';
import { turnOf } from './transcript-turn.ts';
import { createWhereabouts } from './whereabouts.ts';

export interface AgentPortOptions extends Omit<LaunchContext, 'toolGuard'> {
  readonly config: Pick<Config, 'accounts' | 'sharedState' | 'agent'>;
  /** Those that have left the config: an agent may live on one until it is moved, and is heard. */
  readonly formerAccounts?: readonly Account[];
  /** Beside `stateDir`, what of the supervisor no tool of a guarded agent may change. */
  readonly ownPaths?: readonly string[];
  /** What the processes of panes hold that are no clients themselves; by default known here alone. */
  readonly held?: HeldClients;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/**
 * The agent as the machines see it: how to launch it, whether its conversation is on disk, and what
 * it says it is doing. Watching starts at once: subscribe with `onStatus` in the same tick to miss
 * nothing. Throws `WATCH_FAILED` when the kernel refuses to watch an account's home.
 */
export function createAgentPort(options: AgentPortOptions): AgentPort {
  const { config, formerAccounts = [], stateDir, env, ownPaths = [] } = options;
  const { held = createHeldClients(), now = Date.now } = options;
  const whereabouts = createWhereabouts(now);
  const listeners = new Set<(status: AgentStatus) => void>();
  const tell = (status: AgentStatus) => {
    const told = { ...status, agent: held.holderOf(status.agent) };
    whereabouts.note(told);
    for (const listener of listeners) listener(told);
  };
  const watches = [...config.accounts, ...formerAccounts].map((account) =>
    watchStatuses(account, tell),
  );
  const { agent, accounts } = config;
  const own = [stateDir, ...ownPaths];
  const toolGuard = createToolGuard({ agent, accounts, stateDir, own, env });
  const context = { config, stateDir, env, toolGuard };

  /** Under the name of the process that was asked for, also where a client says it that this process holds. */
  const saidBy = async (one: ProcessIdentity): Promise<Said | null> => {
    const direct = await lookAgain(watches, one);
    const client = direct === null ? held.clientOf(one) : one;
    const said = client === one ? direct : await lookAgain(watches, client);
    if (said === null) return null;
    const status = { ...said.status, agent: one };
    whereabouts.note(status);
    return { ...said, status };
  };

  return {
    prepare: (launch) => orDiskFailure(prepareLaunch(context, launch)),
    hasTranscript: (conversation, directory) =>
      orDiskFailure(hasTranscript(config.sharedState.root, conversation, directory)),
    turnOf: (conversation, task) =>
      orDiskFailure(turnOf(config.sharedState.root, { conversation, task })),
    writePaste: async (session, text) => {
      const file = path.join(sessionFolder(stateDir, session), 'paste.txt');
      await orDiskFailure(writePrivateFile(file, text));
      return file;
    },
    status: async (one) => (await saidBy(one))?.status ?? null,
    hasHooks: (one) => isSameProcess(readOrigin(one.pid)?.agent ?? null, one),
    lastFailure: async (one) => {
      const said = await saidBy(one);
      if (said === null) return null;
      const isOwn = (failedAt: number) => whereabouts.ranTurn(said, failedAt);
      return await orDiskFailure(lastFailure(config.sharedState.root, said, isOwn));
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

/**
 * The safety net beside the watches, each of which may have lost its folder. The home in which the agent
 * was heard last is asked first: no agent changes its home, so that the others need not be read then.
 */
async function lookAgain(
  watches: readonly StatusWatch[],
  one: ProcessIdentity,
): Promise<Said | null> {
  for (const watch of watches) watch.ensure();
  const heard = watches.filter((watch) => watch.hasHeard(one));
  const others = watches.filter((watch) => !heard.includes(watch));
  for (const { account } of [...heard, ...others]) {
    const said = await readSaid(account, one.pid);
    if (said !== null && isSameProcess(said.status.agent, one)) return said;
  }
  return null;
}

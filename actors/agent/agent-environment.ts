import type { AgentConfig } from '../../config/types.ts';
import type { AgentLaunch } from '../../machines/ports.ts';
import { CONVERSATION_VARIABLE } from '../process/origin.ts';

const INHERITED = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG', 'TZ'] as const;

/**
 * The whole environment of an agent: a short allow list of the daemon's, what the operator names in
 * `agent.env`, and who it is. An allow list, because a daemon started by pm2, or from inside a
 * client, carries variables that change what an agent does or whose login it uses.
 */
export function agentEnvironment({
  agent,
  daemonEnv,
  launch,
}: {
  readonly agent: Pick<AgentConfig, 'env'>;
  readonly daemonEnv: NodeJS.ProcessEnv;
  readonly launch: Pick<AgentLaunch, 'account' | 'session' | 'conversation'>;
}): Readonly<Record<string, string>> {
  return {
    ...clientEnvironment(agent, daemonEnv),
    // Last: no setting may point a session at another account's login.
    CLAUDE_CONFIG_DIR: launch.account.home,
    CLAUDE_FAILOVER_SESSION: launch.session,
    [CONVERSATION_VARIABLE]: launch.conversation,
  };
}

/** What any run of the client is given: no self-update under a pool, and its PATH is the one that counts. */
export function clientEnvironment(
  agent: Pick<AgentConfig, 'env'>,
  daemonEnv: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const kept = Object.entries(daemonEnv).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isInherited(entry[0]),
  );
  return { ...Object.fromEntries(kept), DISABLE_AUTOUPDATER: '1', ...agent.env };
}

function isInherited(name: string): boolean {
  return name.startsWith('LC_') || INHERITED.some((inherited) => inherited === name);
}

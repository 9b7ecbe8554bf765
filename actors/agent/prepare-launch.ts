import path from 'node:path';
import type { Config } from '../../config/types.ts';
import type { AgentLaunch } from '../../machines/ports.ts';
import { agentEnvironment } from './agent-environment.ts';
import { clientArguments } from './client-arguments.ts';
import { launcherScript } from './launcher-script.ts';
import { writePrivateFile } from './private-file.ts';
import { sessionSettings } from './session-settings.ts';
import { clearTheWay } from './transcript.ts';

export interface LaunchContext {
  readonly config: Pick<Config, 'sharedState' | 'agent'>;
  /** Launchers and settings are written under `<stateDir>/sessions/` (0700). */
  readonly stateDir: string;
  /** The daemon's own environment; agents are given a short allow list of it. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Writes `<stateDir>/sessions/<session>/{settings.json,launch.sh}` and returns the argv for the
 * pane. Nothing in the account's home is edited. Rejects with `CONFLICT` when a new conversation is
 * asked for under an id that already has one, which the client would refuse.
 */
export async function prepareLaunch(
  { config, stateDir, env }: LaunchContext,
  launch: AgentLaunch,
): Promise<readonly string[]> {
  if (launch.mode === 'new') await clearTheWay(config.sharedState.root, launch.conversation);
  const folder = path.join(stateDir, 'sessions', launch.session);
  const settingsFile = path.join(folder, 'settings.json');
  const launcher = path.join(folder, 'launch.sh');
  await writePrivateFile(settingsFile, JSON.stringify(sessionSettings(config.agent), null, 2));
  await writePrivateFile(
    launcher,
    launcherScript({
      environment: agentEnvironment({ agent: config.agent, daemonEnv: env, launch }),
      workdir: launch.workdir,
      command: [...config.agent.command, ...clientArguments(config.agent, launch, settingsFile)],
    }),
  );
  return ['/bin/sh', launcher];
}

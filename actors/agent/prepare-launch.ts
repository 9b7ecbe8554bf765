import path from 'node:path';
import type { Config } from '../../config/types.ts';
import type { AgentLaunch } from '../../machines/ports.ts';
import { prepareSignals } from '../signals/prepare-signals.ts';
import type { ToolGuard } from '../tool-guard/tool-guard.ts';
import { agentEnvironment } from './agent-environment.ts';
import { clientArguments } from './client-arguments.ts';
import { launcherScript } from './launcher-script.ts';
import { writePrivateFile } from './private-file.ts';
import { sessionSettings } from './session-settings.ts';
import { clearTheWay } from './transcript.ts';

export interface LaunchContext {
  readonly config: Pick<Config, 'sharedState' | 'agent'>;
  /** Launchers, settings and what agents tell are kept under `<stateDir>/sessions/` (0700). */
  readonly stateDir: string;
  /** The daemon's own environment; agents are given a short allow list of it. */
  readonly env: NodeJS.ProcessEnv;
  readonly toolGuard: ToolGuard;
}

/**
 * Writes the session's launcher and settings, and what the hooks in them need, and returns the argv
 * for the pane. Nothing in the account's home is edited. Rejects with `CONFLICT` when a new
 * conversation is asked for under an id that already has one, which the client would refuse, with
 * `FOLDER_UNSAFE` when somebody else could write into the session's directory, and with
 * `TOOL_GUARD_FAILED` when an agent that asks nobody could not be guarded.
 */
export async function prepareLaunch(
  { config, stateDir, env, toolGuard }: LaunchContext,
  launch: AgentLaunch,
): Promise<readonly string[]> {
  if (launch.mode === 'new') await clearTheWay(config.sharedState.root, launch.conversation);
  const folder = sessionFolder(stateDir, launch.session);
  const settingsFile = path.join(folder, 'settings.json');
  const launcher = path.join(folder, 'launch.sh');
  await prepareSignals(folder, launch.session);
  const guard = await toolGuard.hooksFor(launch, folder);
  await writePrivateFile(
    settingsFile,
    JSON.stringify(sessionSettings(config.agent, { folder, guard }), null, 2),
  );
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

/** Where all files of one session are. */
export function sessionFolder(stateDir: string, session: string): string {
  return path.join(stateDir, 'sessions', session);
}

import type { AgentConfig } from '../../config/types.ts';
import type { AgentLaunch } from '../../machines/ports.ts';

/**
 * The client's arguments for one launch. Mode, model and settings are given again on a resume: the
 * client does not restore them. The prompt comes last, behind `--`, so that one that starts with a
 * dash is text.
 */
export function clientArguments(
  agent: Pick<AgentConfig, 'permissionMode' | 'model'>,
  launch: Pick<AgentLaunch, 'conversation' | 'mode' | 'prompt'>,
  settingsFile: string,
): readonly string[] {
  return [
    launch.mode === 'resume' ? '--resume' : '--session-id',
    launch.conversation,
    '--settings',
    settingsFile,
    '--permission-mode',
    agent.permissionMode,
    ...(agent.model === null ? [] : ['--model', agent.model]),
    ...(launch.prompt === null ? [] : ['--', asText(launch.prompt)]),
  ];
}

/** Even behind `--` the client runs a lone word that names one of its commands (`mcp`, `update`). */
function asText(prompt: string): string {
  return /^[\w-]+$/.test(prompt) ? ` ${prompt}` : prompt;
}

import type { AgentConfig } from '../../../config/types.ts';

/** Modes in which the client asks nobody before it uses a tool. */
const ASKS_NOBODY: ReadonlySet<string> = new Set(['bypassPermissions', 'dontAsk', 'auto']);

/** Words of the client's command line that do the same, whatever the mode is. */
const SKIPS = /^--(?:allow-)?dangerously-skip-permissions(?:=|$)/;

/** Whether the tool guard watches over agents with this config. */
export function isGuarded({
  toolGuard,
  permissionMode,
  command,
}: Pick<AgentConfig, 'toolGuard' | 'permissionMode' | 'command'>): boolean {
  if (toolGuard.when !== 'skipping') return toolGuard.when === 'always';
  return ASKS_NOBODY.has(permissionMode) || command.some((word) => SKIPS.test(word));
}

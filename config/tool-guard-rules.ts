/** What the tool guard keeps agents from; `agent.tool_guard.allow` names what it lets through. */
export const TOOL_GUARD_RULES = [
  'rm-outside-workdir',
  'block-device',
  'chmod-wide',
  'sudo',
  'crontab',
  'pipe-to-shell',
  'fork-bomb',
  'force-push',
  'reset-protected-branch',
  'write-settings',
  'write-hooks',
  'write-keys',
  'write-shell-startup',
  'write-system',
] as const;

export type ToolGuardRule = (typeof TOOL_GUARD_RULES)[number];

import type { ToolGuardRule } from '../../config/tool-guard-rules.ts';
import { judgeTool } from '../../machines/policy/tool-guard/judge-tool.ts';
import type { GuardPlaces } from '../../machines/policy/tool-guard/places.ts';

/** An agent in `/work/app`, of a developer at `/home/dev`. No path of it is a link. */
export function guardPlaces(more: Partial<GuardPlaces> = {}): GuardPlaces {
  return {
    workdir: '/work/app',
    cwd: '/work/app',
    home: '/home/dev',
    homes: ['/home/dev'],
    configDirs: ['/home/dev/.claude-one', '/home/dev/.claude-two'],
    own: [
      '/home/dev/.config/claude-failover/config.yaml',
      '/home/dev/.local/state/claude-failover',
    ],
    temporary: ['/tmp', '/var/tmp', '/home/dev/.cache'],
    env: { PATH: '/usr/bin', HOME: '/home/dev', USER: 'dev' },
    realPath: (path) => path,
    branchOf: (directory) => (directory === '/work/on-main' ? 'main' : 'feature'),
    ...more,
  };
}

/** The rule that refuses a command there; null when none does. */
export function refusedBy(command: string, more: Partial<GuardPlaces> = {}): ToolGuardRule | null {
  const refusal = judgeTool({ tool: 'Bash', input: { command } }, guardPlaces(more), []);
  return refusal?.rule === 'guard-broken' ? null : (refusal?.rule ?? null);
}

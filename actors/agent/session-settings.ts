import type { AgentConfig } from '../../config/types.ts';

/** What `--settings` accepts and we use. Hooks given here are added to the operator's own. */
export interface SessionSettings {
  readonly skipDangerousModePermissionPrompt?: true;
  readonly hooks: Readonly<Record<string, readonly HookGroup[]>>;
}

export interface HookGroup {
  readonly hooks: readonly {
    readonly type: 'command';
    readonly command: string;
    /** Seconds. Hooks are synchronous: a hung one blocks the agent. */
    readonly timeout: number;
  }[];
}

/** The settings of one session, beside (never in) the account's own files. */
export function sessionSettings({
  permissionMode,
}: Pick<AgentConfig, 'permissionMode'>): SessionSettings {
  return {
    // The operator has chosen it in the config; the client would ask again, and nobody answers.
    ...(permissionMode === 'bypassPermissions' && { skipDangerousModePermissionPrompt: true }),
    hooks: {},
  };
}

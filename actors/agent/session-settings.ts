import type { AgentConfig } from '../../config/types.ts';
import { commandOf } from '../signals/scripts.ts';
import { signalHooks } from '../signals/signal-hooks.ts';
import { statusLineScriptIn } from '../signals/spool.ts';
import { type Hooks, mergedHooks } from './hooks.ts';

/** What `--settings` accepts and we use. Hooks are added to the operator's own, the status line replaces theirs. */
export interface SessionSettings {
  readonly skipDangerousModePermissionPrompt?: true;
  readonly disableAllHooks: false;
  readonly hooks: Hooks;
  readonly statusLine: { readonly type: 'command'; readonly command: string };
}

export interface OfSession {
  /** The session's own directory, where the scripts that the settings name are. */
  readonly folder: string;
  /** The hooks of the tool guard. */
  readonly guard: Hooks;
}

/** The settings of one session, beside (never in) the account's own files. */
export function sessionSettings(
  { permissionMode }: Pick<AgentConfig, 'permissionMode'>,
  { folder, guard }: OfSession,
): SessionSettings {
  return {
    // The operator has chosen it in the config; the client would ask again, and nobody answers.
    ...(permissionMode === 'bypassPermissions' && { skipDangerousModePermissionPrompt: true }),
    // A project's own settings could turn off those of everybody, ours included.
    disableAllHooks: false,
    hooks: mergedHooks(signalHooks(folder), guard),
    statusLine: { type: 'command', command: commandOf(statusLineScriptIn(folder)) },
  };
}

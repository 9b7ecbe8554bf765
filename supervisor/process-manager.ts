/** Who started the daemon and would start it again. */
export type ProcessManager = 'pm2' | 'systemd' | null;

export interface Ancestry {
  readonly env: NodeJS.ProcessEnv;
  /** Whether our parent holds an IPC channel to us. */
  readonly hasIpc: boolean;
  /** The name of our parent process; null when it cannot be told. */
  readonly parent: string | null;
}

/**
 * pm2 sets `pm_id` in what it runs and keeps a channel to it; systemd sets `INVOCATION_ID` and is the
 * parent. The variables alone prove nothing: every shell below an agent below either inherits them.
 */
export function processManager({ env, hasIpc, parent }: Ancestry): ProcessManager {
  if (env['pm_id'] !== undefined && hasIpc) return 'pm2';
  if (env['INVOCATION_ID'] !== undefined && parent === 'systemd') return 'systemd';
  return null;
}

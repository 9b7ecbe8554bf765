/** Who started the daemon and would start it again, as far as its environment tells. */
export type ProcessManager = 'pm2' | 'systemd' | null;

/** pm2 sets `pm_id` in what it runs, systemd `INVOCATION_ID`; a shell started by them inherits neither. */
export function processManager(env: NodeJS.ProcessEnv): ProcessManager {
  if (env['pm_id'] !== undefined && env['PM2_HOME'] !== undefined) return 'pm2';
  if (env['INVOCATION_ID'] !== undefined && env['NOTIFY_SOCKET'] !== undefined) return 'systemd';
  return null;
}

/** What a server we start may know of us. Its environment is inherited by everything ever run in it. */
const KEPT = new Set(['HOME', 'PATH', 'LANG', 'SHELL', 'USER', 'LOGNAME', 'TERM', 'TMUX_TMPDIR']);

/**
 * Says whose a tmux client is, and whose a server was at its birth: a server has it exactly when it
 * was started by a client of ours, whoever else starts one at the same moment. Taken out of the server's
 * environment once we are connected.
 */
export const OWNER_VARIABLE = 'FAILOVER_TMUX_OWNER';

/**
 * The environment for our tmux clients, and so for a server they start: the login's own variables
 * only. Nothing of pm2 or systemd (`NOTIFY_SOCKET`), no account's `CLAUDE_CONFIG_DIR`, no key, no `TMUX`.
 */
export function cleanEnv(env: NodeJS.ProcessEnv, owner: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => KEPT.has(name) || name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), [OWNER_VARIABLE]: owner };
}

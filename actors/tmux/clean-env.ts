/** What a server we start may know of us. Its environment is inherited by everything ever run in it. */
const KEPT = new Set(['HOME', 'PATH', 'LANG', 'SHELL', 'USER', 'LOGNAME', 'TERM', 'TMUX_TMPDIR']);

/**
 * Set only in the environment a server is born with, so that exactly a server started by us has it:
 * no race with an operator who starts one at the same moment. Removed once we are connected.
 */
export const BIRTH_VARIABLE = 'FAILOVER_STARTED_THIS_SERVER';

/**
 * The environment for our tmux clients, and so for a server they start: the login's own variables
 * only. Nothing of pm2 or systemd (`NOTIFY_SOCKET`), no account's `CLAUDE_CONFIG_DIR`, no key, no `TMUX`.
 */
export function cleanEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => KEPT.has(name) || name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), [BIRTH_VARIABLE]: '1' };
}

/**
 * claude-failover under pm2 7, one daemon a machine:
 *
 *   npm run build && pm2 start deploy/ecosystem.config.cjs
 *
 * The name must end in `.config.cjs`: pm2 finds no app in a file with `export default`, and runs a
 * file of any other name as a script. The config file is looked for as always: set
 * CLAUDE_FAILOVER_CONFIG, or put it into ~/.config/claude-failover/config.yaml.
 *
 * `pm2 start` ends with 0 even when the daemon refused its config: ask `claude-failover status`.
 */
const path = require('node:path');

module.exports = {
  apps: [
    {
      name: 'claude-failover',
      script: path.join(__dirname, '../dist/cli/main.js'),
      // pm2's own restart may start us before the one it replaces has let go of the lock.
      args: 'start --wait-lock 60s',

      // In cluster mode `pm2 reload` would run two daemons side by side.
      exec_mode: 'fork',
      instances: 1,

      // 78: config or guard refused, a person is needed. 79: stopped by the verb `stop`.
      // Never list 0 here: pm2 records a death by SIGKILL as 0.
      stop_exit_codes: [78, 79],
      // No restart_delay and no exp_backoff_restart_delay: with either, an app that pm2 has given
      // up is shown as `waiting restart` for ever.
      autorestart: true,
      min_uptime: '10s',
      max_restarts: 10,

      // `pm2 start` waits for our `ready`: guard passed, tmux reached, sessions adopted.
      wait_ready: true,
      listen_timeout: 15_000,

      // Stopping takes up to 5 s; pm2's own 1.6 s would end it with SIGKILL half-way.
      kill_timeout: 15_000,
      // With it pm2 signals our children before us, and their deaths look like crashes.
      treekill: false,
      // pm2's metrics transport would end the daemon, without a clean stop, when pm2 itself dies.
      pmx: false,

      // Our lines are JSON and carry their own time: a prefix would break them.
      time: false,
      merge_logs: true,

      max_memory_restart: '1G',

      // `pm2 save` writes the environment into a file that others may read. Entries match anywhere
      // in a name, so not 'CLAUDE': that would take CLAUDE_FAILOVER_CONFIG away too.
      filter_env: [
        'ANTHROPIC_',
        'CLAUDECODE',
        'CLAUDE_CODE_',
        'CLAUDE_CONFIG_DIR',
        'SSH_',
        'AWS_',
        'GITHUB_',
        'NPM_',
      ],
      env: { NODE_ENV: 'production' },
    },
  ],
};

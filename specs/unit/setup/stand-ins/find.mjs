// Stands in for config/find.ts: a config is found when the environment names one.
export function findConfig({ env }) {
  return { ok: env.CLAUDE_FAILOVER_CONFIG !== undefined };
}

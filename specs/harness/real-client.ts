import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AgentConfig } from '../../config/types.ts';

/** The `agent` section for the real client with the API stub as its only server. */
export function realClientConfig(apiUrl: string): AgentConfig {
  return {
    command: [realClient()],
    permissionMode: 'default',
    model: null,
    env: {
      ANTHROPIC_BASE_URL: apiUrl,
      // The stub is all there is: no start-up calls to anywhere else.
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    toolGuard: { when: 'skipping', allow: [] },
    historyLimit: 500,
    startTimeoutMs: 60_000,
  };
}

/** The benchmarks are compiled themselves. */
const TOP = import.meta.url.endsWith('.ts') ? '../../' : '../../../';

/**
 * The installed real client. A spec that needs it fails without it, never skips: what is not run
 * must not look as if it had passed.
 */
function realClient(): string {
  const path = `${TOP}.client/node_modules/.bin/claude`;
  const command = fileURLToPath(new URL(path, import.meta.url));
  if (!existsSync(command)) {
    throw new Error('the real client is not installed: run "npm run client:install"');
  }
  return command;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlSocketPath } from '../../config/control-path.ts';
import { loadConfig } from '../../config/load.ts';
import { type ApiRequest, handleApi } from '../../web/api.ts';
import { startControlSocket } from '../../web/control-socket.ts';
import type { DaemonApi } from '../../web/daemon-api.ts';
import { makeTestCli, type TestCli } from './cli-world.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';
import { startToyPool } from './toy-pool.ts';

/** A command line with a config, and what was asked of the daemon that it reaches. */
export interface AskingCli extends TestCli {
  readonly asked: readonly string[];
}

/** A config of the toy pool: its sessions and an account, and a second one. */
function writeToyConfig(directory: string): string {
  const file = join(directory, 'config.yaml');
  const text = `accounts:
  - { name: first, home: ${directory}/first, priority: 1 }
  - { name: second, home: ${directory}/second, priority: 2 }
shared_state: { root: ${directory}/shared }
pool: { autonomous: { prefix: toy-, start_index: 1, max: 3 } }
agent: { permission_mode: acceptEdits }
state_dir: ${directory}/state
`;
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** The command line of a pool whose daemon does not run. */
export function cliWithoutDaemon(): TestCli {
  const directory = tempDir();
  const file = writeToyConfig(directory);
  const cli = makeTestCli({ home: directory });
  return { ...cli, run: (...args) => cli.run(...args, '--config', file) };
}

/** The command line of a pool of toys whose daemon answers, but for what a spec says. */
export async function cliWithDaemon(overrides: Partial<DaemonApi> = {}): Promise<AskingCli> {
  const directory = tempDir();
  const file = writeToyConfig(directory);
  const cli = makeTestCli({ home: directory });
  const loaded = loadConfig(file, cli.world);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const place = { v: 1, config: file, tmuxSocket: join(directory, 'tmux.sock') } as const;
  const { api, asked } = startToyPool({ place: () => place, ...overrides });
  const socket = await startControlSocket({
    path: controlSocketPath(loaded.config),
    handler: (request: ApiRequest) => handleApi(api, request),
  });
  atEnd(() => socket.close());
  return { ...cli, asked, run: (...args) => cli.run(...args, '--config', file) };
}

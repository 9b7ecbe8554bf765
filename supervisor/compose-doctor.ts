/** What `doctor` looks at, joined. It changes nothing and starts nothing that stays. */
import { join } from 'node:path';
import { clientEnvironment } from '../actors/agent/agent-environment.ts';
import { clientVersion } from '../actors/agent/client-version.ts';
import { findCommand } from '../actors/agent/find-command.ts';
import { accountHome } from '../actors/doctor/account-facts.ts';
import { lockHolders } from '../actors/doctor/lock-holders.ts';
import { freeBytes, pathFacts } from '../actors/doctor/path-facts.ts';
import { futureTmuxServer, tmuxServer, tmuxVersion } from '../actors/doctor/tmux-facts.ts';
import { isAlive } from '../actors/process/identity.ts';
import { resolveSocketPath } from '../config/socket-path.ts';
import { storePath } from '../config/store-path.ts';
import type { AgentConfig, Config } from '../config/types.ts';
import { missingDirectories, workingDirectories } from '../config/working-directories.ts';
import type { ClientFacts, MachineFacts, PathFacts } from '../machines/doctor-facts.ts';

export interface DoctorWorld {
  readonly env: NodeJS.ProcessEnv;
  /** The operator's home directory, absolute. */
  readonly home: string;
  readonly uid: number;
}

/** The facts that can be told without a config: a pool that is not configured has none of its own. */
export async function bareMachineFacts(world: DoctorWorld): Promise<MachineFacts> {
  return {
    node: process.versions.node,
    tmux: await tmuxVersion(world.env),
    server: futureTmuxServer(),
    client: await clientFacts(
      { command: ['claude'], env: {} },
      { env: world.env, workdir: world.home },
    ),
    accounts: [],
    missingWorkdirs: null,
    paths: pm2Paths(world),
    freeBytes: null,
    holders: [],
  };
}

/** All facts about this machine that matter to the pool of this config. */
export async function machineFacts(config: Config, world: DoctorWorld): Promise<MachineFacts> {
  const { env, uid } = world;
  const socketPath = resolveSocketPath(config.tmux.socket, { env, uid });
  const [tmux, server, client] = await Promise.all([
    tmuxVersion(env),
    tmuxServer(socketPath, env),
    clientFacts(config.agent, { env, workdir: config.pool.autonomous.workdir }),
  ]);
  return {
    node: process.versions.node,
    tmux,
    server,
    client,
    accounts: config.accounts.map((account) => accountHome(account, config)),
    missingWorkdirs: missingDirectories(workingDirectories(config)),
    paths: [...ourPaths(config, uid), ...pm2Paths(world)],
    freeBytes: freeBytes(config.stateDir),
    holders: rangeHolders(config, { env, uid }),
  };
}

/** Living processes that hold places of this config's pool on its tmux server. */
export function rangeHolders(
  config: Config,
  { env, uid }: Pick<DoctorWorld, 'env' | 'uid'>,
): MachineFacts['holders'] {
  const socketPath = resolveSocketPath(config.tmux.socket, { env, uid });
  const { startIndex, max } = config.pool.autonomous;
  const dedicated = config.pool.dedicated.map(({ name }) => name);
  return lockHolders({ socketPath, uid, startIndex, max, dedicated }, isAlive);
}

async function clientFacts(
  agent: Pick<AgentConfig, 'command' | 'env'>,
  daemon: { readonly env: NodeJS.ProcessEnv; readonly workdir: string },
): Promise<ClientFacts> {
  const [command = '', ...words] = agent.command;
  const env = clientEnvironment(agent, daemon.env);
  const path = await findCommand(agent.command, { env, workdir: daemon.workdir });
  const version =
    path === null ? null : await clientVersion([path, ...words], env).catch(() => null);
  return { command, path, version };
}

function ourPaths(config: Config, uid: number): readonly PathFacts[] {
  return [
    ...pathFacts(config.stateDir, { what: 'state_dir', uid }),
    ...pathFacts(storePath(config), { what: 'store', uid }),
  ];
}

function pm2Paths({ env, home, uid }: DoctorWorld): readonly PathFacts[] {
  const pm2Home = env['PM2_HOME'] ?? join(home, '.pm2');
  return [
    ...pathFacts(pm2Home, { what: 'pm2_home', uid }),
    ...pathFacts(join(pm2Home, 'dump.pm2'), { what: 'pm2_dump', uid }),
  ];
}

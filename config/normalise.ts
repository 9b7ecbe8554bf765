import { join } from 'node:path';
import { durationMs } from './durations.ts';
import { listenAddress } from './listen-address.ts';
import type { RawConfig } from './schema.ts';
import type { Config, TmuxSocket } from './types.ts';

export interface NormaliseWorld {
  readonly file: string;
  /** The config file's directory. */
  readonly directory: string;
  /** Absolute form of a path of the config. */
  readonly resolve: (path: string) => string;
  /** What `state_dir: auto` stands for. */
  readonly defaultStateDir: string;
}

/** A valid config in the form that everything downstream trusts. */
export function normalise(raw: RawConfig, world: NormaliseWorld): Config {
  const { resolve } = world;
  const stateDir = raw.state_dir === 'auto' ? world.defaultStateDir : resolve(raw.state_dir);
  return {
    file: world.file,
    accounts: raw.accounts.map(({ name, home, priority }) => ({
      name,
      home: resolve(home),
      priority,
    })),
    sharedState: { root: resolve(raw.shared_state.root) },
    pool: poolOf(raw, world),
    agent: agentOf(raw, resolve),
    tmux: { socket: socketOf(raw.tmux, resolve) },
    restart: restartOf(raw),
    reconcile: { intervalMs: durationMs(raw.reconcile.interval) },
    failover: failoverOf(raw),
    tasks: tasksOf(raw, resolve),
    store: { url: storeUrl(raw.store.url, stateDir, resolve) },
    control: controlOf(raw, stateDir, resolve),
    log: { level: raw.log.level },
    stateDir,
  };
}

type Resolve = NormaliseWorld['resolve'];

function poolOf({ pool }: RawConfig, { directory, resolve }: NormaliseWorld): Config['pool'] {
  const { prefix, start_index: startIndex, max, min = max, workdir } = pool.autonomous;
  return {
    autonomous: {
      prefix,
      startIndex,
      min,
      max,
      workdir: workdir === undefined ? directory : resolve(workdir),
    },
    dedicated: pool.dedicated.map(({ name, project, account }) => ({
      name,
      project: resolve(project),
      account,
    })),
  };
}

function agentOf({ agent }: RawConfig, resolve: Resolve): Config['agent'] {
  const [program = 'claude', ...words] = agent.command;
  return {
    // A bare word is looked up in PATH, as a shell would.
    command: [/[/~]/.test(program) ? resolve(program) : program, ...words],
    permissionMode: agent.permission_mode,
    model: agent.model,
    env: agent.env,
    toolGuard: agent.tool_guard,
    historyLimit: agent.history_limit,
    startTimeoutMs: durationMs(agent.start_timeout),
  };
}

/** Which server the keys of `tmux` name. */
export function socketOf(tmux: RawConfig['tmux'], resolve: Resolve): TmuxSocket {
  return tmux.socket_path === undefined
    ? { kind: 'name', name: tmux.socket_name }
    : { kind: 'path', path: resolve(tmux.socket_path) };
}

/** A pool allows at least this many restarts, and never fewer than one of its sessions does. */
const POOL_INTENSITY = 50;

function restartOf({ restart }: RawConfig): Config['restart'] {
  const { intensity, pool_intensity: given } = restart;
  return {
    intensity,
    periodMs: durationMs(restart.period),
    poolIntensity: given ?? Math.max(POOL_INTENSITY, intensity),
    backoffInitialMs: durationMs(restart.backoff_initial),
    backoffFactor: restart.backoff_factor,
    backoffMaxMs: durationMs(restart.backoff_max),
    stableAfterMs: durationMs(restart.stable_after),
  };
}

function failoverOf({ failover }: RawConfig): Config['failover'] {
  return {
    strategy: failover.strategy,
    proactiveThreshold: failover.proactive_threshold,
    returnToPreferred: failover.return_to_preferred,
    cooldownMs: durationMs(failover.cooldown),
    resetMarginMs: durationMs(failover.reset_margin),
    concurrency: failover.concurrency,
    resumePrompt: failover.resume_prompt,
  };
}

function tasksOf({ tasks }: RawConfig, resolve: Resolve): Config['tasks'] {
  return {
    maxAttempts: tasks.max_attempts,
    leaseMs: durationMs(tasks.lease),
    retryBackoffMs: durationMs(tasks.retry_backoff),
    stalledAfterMs: durationMs(tasks.stalled_after),
    stalledAction: tasks.stalled_action,
    waitingTimeoutMs: durationMs(tasks.waiting_timeout),
    inboxes: tasks.inboxes.map(resolve),
    retentionMs: durationMs(tasks.retention),
  };
}

function storeUrl(url: string, stateDir: string, resolve: Resolve): string {
  const file = url.slice('sqlite:'.length);
  return `sqlite:${file === 'auto' ? join(stateDir, 'facts.db') : resolve(file)}`;
}

function controlOf({ control }: RawConfig, stateDir: string, resolve: Resolve): Config['control'] {
  const { host, port } = listenAddress(control.listen);
  const { token_file: token, read_only: readOnly } = control;
  const tokenFile = token === 'auto' ? join(stateDir, 'control.token') : resolve(token);
  return { host, port, tokenFile, readOnly };
}

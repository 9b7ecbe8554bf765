import type { Config, DedicatedSession, FailoverConfig } from '../../config/types.ts';

export interface TestConfigOptions {
  readonly dedicated?: readonly DedicatedSession[];
  readonly strategy?: FailoverConfig['strategy'];
}

/** A loaded config of three sessions, `pool-9` to `pool-11`, on two accounts; it names no real place. */
export function testConfig({
  dedicated = [],
  strategy = 'priority',
}: TestConfigOptions = {}): Config {
  return {
    file: '/config.yaml',
    accounts: [
      { name: 'first', home: '/first', priority: 1 },
      { name: 'second', home: '/second', priority: 2 },
    ],
    sharedState: { root: '/shared' },
    pool: {
      autonomous: { prefix: 'pool-', startIndex: 9, min: 3, max: 3, workdir: '/work' },
      dedicated,
    },
    agent: {
      command: ['claude'],
      permissionMode: 'acceptEdits',
      model: null,
      env: {},
      toolGuard: { when: 'skipping', allow: [] },
      historyLimit: 500,
      startTimeoutMs: 60_000,
    },
    tmux: { socket: { kind: 'name', name: 'test' } },
    restart: {
      intensity: 2,
      periodMs: 60_000,
      poolIntensity: 50,
      backoffInitialMs: 1000,
      backoffFactor: 2,
      backoffMaxMs: 60_000,
      stableAfterMs: 60_000,
    },
    reconcile: { intervalMs: 15_000 },
    failover: {
      strategy,
      proactiveThreshold: 1,
      returnToPreferred: false,
      cooldownMs: 300_000,
      resetMarginMs: 30_000,
      concurrency: 2,
      resumePrompt: 'Continue.',
    },
    tasks: {
      maxAttempts: 3,
      leaseMs: 30_000,
      retryBackoffMs: 30_000,
      stalledAfterMs: 3_600_000,
      stalledAction: 'report',
      waitingTimeoutMs: 1_800_000,
      inboxes: [],
      retentionMs: 1,
    },
    store: { url: 'sqlite:/facts.db' },
    control: { host: '127.0.0.1', port: 8765, tokenFile: '/token', readOnly: false },
    log: { level: 'info' },
    stateDir: '/state',
  };
}

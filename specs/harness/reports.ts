import type {
  FailoverReport,
  SessionReport,
  StatusReport,
} from '../../supervisor/status-report.ts';

/** A session that is ready and has never crashed, but for what a spec says. */
export function sessionReport(overrides: Partial<SessionReport> = {}): SessionReport {
  return {
    name: 'ccl-auto-11',
    kind: 'autonomous',
    index: 11,
    state: 'idle',
    substate: 'ready',
    account: 'compte1',
    task: null,
    conversation: '0eee75cb-f0d0-4c54-92eb-fab325406c68',
    pid: 4242,
    restarts: 0,
    crashedAt: null,
    reason: null,
    since: null,
    failover: null,
    ...overrides,
  };
}

/** Of which nothing is told. */
const UNHEARD = { tmux: null, tmuxSilentSince: null } as const;

/** A pool of one ready session and one account, but for what a spec says. */
export function poolReport(overrides: Partial<StatusReport> = {}): StatusReport {
  return {
    v: 1,
    daemon: { state: 'ready', pid: 1000, version: '0.1.0', startedAt: null, ...UNHEARD },
    pool: { min: 1, max: 1, usable: 1, degraded: false },
    sessions: [sessionReport()],
    accounts: [
      {
        name: 'compte1',
        state: 'available',
        limitedUntil: null,
        usage: { fiveHour: null, sevenDay: null },
        usageOver: { fiveHour: null, sevenDay: null },
      },
    ],
    queue: { queued: 0, blocked: 0, running: 0, done: 0, dead: 0, cancelled: 0 },
    ...overrides,
  };
}

/** A session has to leave compte1, after its turn ended at the limit, and waits, but for what a spec says. */
export function failoverReport(overrides: Partial<FailoverReport> = {}): FailoverReport {
  return {
    id: '3f6c0f0e-0000-4000-8000-000000000001',
    step: 'choosing',
    from: 'compte1',
    to: null,
    wanted: null,
    reason: 'limit',
    evidence: null,
    why: null,
    since: '2026-11-24T11:59:57.000Z',
    ...overrides,
  };
}

import type { AccountFacts, Evidence } from '../../machines/accounts.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import type { SessionTrouble } from '../../machines/ports.ts';

/** What a hook told of a turn that ended at a limit; a test states only what matters to it. */
export function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    source: 'signal',
    at: 1_700_000_000_000,
    session: 'pool-0',
    conversation: '5f2d7c1e-0000-4000-8000-000000000000',
    prompt: 'prompt-0',
    error: 'rate_limit',
    status: null,
    message: "You've hit your session limit · resets 8:13am (UTC)",
    ...overrides,
  };
}

/** An account that nothing speaks against. */
export function accountFacts(overrides: Partial<AccountFacts> = {}): AccountFacts {
  return {
    account: 'first',
    home: '/home/first',
    limit: null,
    loginLost: null,
    disabledAt: null,
    usage: { fiveHour: null, sevenDay: null },
    recoveredAt: null,
    probes: 0,
    since: 1_700_000_000_000,
    ...overrides,
  };
}

/** A session's last turn that ended at the limit of its account. */
export function sessionTrouble(overrides: Partial<SessionTrouble> = {}): SessionTrouble {
  return {
    trouble: { kind: 'limit', window: 'five_hour', resetsAt: 1_700_000_600_000 },
    evidence: evidence(),
    account: 'first',
    isOver: false,
    ...overrides,
  };
}

/** A failover that has only begun. */
export function failoverFacts(overrides: Partial<FailoverFacts> = {}): FailoverFacts {
  return {
    id: '6b1f0a52-0000-4000-8000-000000000000',
    session: 'pool-0',
    conversation: '5f2d7c1e-0000-4000-8000-000000000000',
    from: 'first',
    to: null,
    reason: 'limit',
    evidence: evidence(),
    step: 'choosing',
    wanted: null,
    tried: [],
    notBefore: null,
    error: null,
    startedAt: 1_700_000_000_000,
    changedAt: 1_700_000_000_000,
    endedAt: null,
    ...overrides,
  };
}

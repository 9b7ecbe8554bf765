import type { CrashFact, SessionFacts } from '../../machines/ports.ts';

/** A session's record with every default filled in: a test states only what matters to it. */
export function sessionFacts(overrides: Partial<SessionFacts> = {}): SessionFacts {
  return {
    name: 'pool-0',
    mark: 'mark-0',
    account: 'first',
    workdir: '/work',
    conversation: '5f2d7c1e-0000-4000-8000-000000000000',
    hasTranscript: false,
    agent: { pid: 4242, startTime: '123456' },
    previous: null,
    bootId: 'boot',
    restarts: 0,
    crashedAt: null,
    failed: null,
    held: false,
    trouble: null,
    ...overrides,
  };
}

export function crashFact(overrides: Partial<CrashFact> = {}): CrashFact {
  return {
    at: 1_700_000_000_000,
    monotonicMs: 1_000,
    bootId: 'boot',
    cause: { kind: 'exit', code: 1 },
    pid: 4242,
    state: 'idle',
    lastScreen: '',
    ...overrides,
  };
}

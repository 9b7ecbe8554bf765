import type { Presence, SessionTrouble } from '../../machines/ports.ts';
import type {
  OpenFailover,
  SwitchAccount,
  SwitchSession,
  SwitchView,
} from '../../supervisor/switch-facts.ts';
import { EVIDENCE, failoverFacts } from './test-failover.ts';
import { START } from './test-session.ts';

export const NOW = START + 60_000;
export const NOBODY: Presence = { lastActiveAt: null, inMode: false, hasDraft: false };

/** A session of the pool that is at its prompt on the first account, and well. */
export function switchSession(name: string, overrides: Partial<SwitchSession> = {}): SwitchSession {
  return {
    name,
    kind: 'autonomous',
    phase: 'atRest',
    account: 'first',
    conversation: `conversation of ${name}`,
    isAsking: false,
    isHeld: false,
    trouble: null,
    hasAgent: true,
    showsDialog: false,
    hasShell: false,
    refusal: null,
    reason: null,
    ...overrides,
  };
}

/** A turn of it ended at the limit of this account. */
export function limitOf(account: string): SessionTrouble {
  const trouble = { kind: 'limit', window: 'five_hour', resetsAt: null } as const;
  return { trouble, evidence: EVIDENCE, account, isOver: false };
}

/** Its task waits for an order, after the limit of its account. */
export function stuck(name: string, overrides: Partial<SwitchSession> = {}): SwitchSession {
  const { account = 'first' } = overrides;
  const is = { phase: 'awaiting', trouble: limitOf(account), hasAgent: false } as const;
  return switchSession(name, { ...is, ...overrides });
}

/** An open failover of a session that is to leave the first account. */
export function openFailover(session: string, overrides: Partial<OpenFailover> = {}): OpenFailover {
  return { ...failoverFacts({ id: `of ${session}`, session }), isNoting: false, ...overrides };
}

/** One whose order, to go on there, is given. */
export function movingTo(
  to: string,
  session: string,
  overrides: Partial<OpenFailover> = {},
): OpenFailover {
  return openFailover(session, { step: 'moving', to, ...overrides });
}

export function switchAccount(name: string, overrides: Partial<SwitchAccount> = {}): SwitchAccount {
  const is = { state: 'available', availableAt: null, since: null, probes: 0, used: null } as const;
  return { name, priority: 1, ...is, ...overrides };
}

/** An account that is at its limit for another hour. */
export function limited(name: string, overrides: Partial<SwitchAccount> = {}): SwitchAccount {
  const is = { state: 'limited', availableAt: NOW + 3_600_000 } as const;
  return switchAccount(name, { ...is, ...overrides });
}

/** The first account is at its limit, the second is not; nobody is anywhere. */
export function switchView(overrides: Partial<SwitchView> = {}): SwitchView {
  const { sessions = [] } = overrides;
  return {
    sessions,
    accounts: [limited('first'), switchAccount('second', { priority: 2 })],
    failovers: [],
    past: new Map(),
    strategy: 'priority',
    concurrency: 2,
    proactiveThreshold: 1,
    returnToPreferred: false,
    cooldownMs: 300_000,
    presence: new Map(sessions.map(({ name }) => [name, NOBODY])),
    now: NOW,
    ...overrides,
  };
}

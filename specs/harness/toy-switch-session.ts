import type { AccountState } from '../../machines/accounts.ts';
import type { FailoverOrder } from '../../machines/failover/types.ts';
import type { SwitchSession } from '../../supervisor/switch-facts.ts';
import { limitOf, switchSession } from './switch-facts.ts';

/** A session as far as its account matters: it obeys orders, and things happen to it. */
export interface ToySession extends SwitchSession {
  readonly hasTask: boolean;
  /** The account that it leaves while an order is carried out; null = none is. */
  readonly movingFrom: string | null;
}

export type States = ReadonlyMap<string, AccountState>;

export function toySession(name: string, overrides: Partial<ToySession> = {}): ToySession {
  return { ...switchSession(name), hasTask: false, movingFrom: null, ...overrides };
}

const OBEYS: ReadonlySet<ToySession['phase']> = new Set([
  'awaiting',
  'parked',
  'atRest',
  'crashed',
]);

/** What a session does with an order of its failover: it takes it only where nothing is cut short. */
export function obey(session: ToySession, order: FailoverOrder): ToySession {
  const { phase, account } = session;
  if (order.type === 'failover.park') {
    return phase === 'awaiting' ? { ...session, phase: 'ending' } : session;
  }
  if (!OBEYS.has(phase)) return session;
  return {
    ...session,
    phase: 'moving',
    movingFrom: account,
    account: order.account,
    refusal: null,
  };
}

type Happening = (it: ToySession, states: States) => ToySession;

/** What can happen to a session by itself; where it cannot, nothing does. */
export const HAPPENINGS = ofEach({
  works: (it) => {
    const isFree = it.phase === 'atRest' && it.trouble === null;
    return isFree ? { ...it, phase: 'atWork', hasTask: it.kind === 'autonomous' } : it;
  },
  'is prompted by a person': (it) =>
    it.phase === 'atRest' ? { ...it, phase: 'atWork', trouble: null } : it,
  'ends well': (it) =>
    it.phase === 'atWork' ? { ...it, phase: 'atRest', hasTask: false, trouble: null } : it,
  'comes up': (it, states) => {
    if (it.phase === 'crashed') return launched(it, states);
    const isStuck = it.phase === 'coming' && it.hasTask && it.trouble !== null;
    if (isStuck) return { ...it, phase: 'awaiting', hasAgent: false };
    if (it.phase === 'coming') return { ...it, phase: it.hasTask ? 'delivering' : 'atRest' };
    return it.phase === 'delivering' ? { ...it, phase: 'atWork', trouble: null } : it;
  },
  'is ended': (it) => (it.phase === 'ending' ? { ...it, phase: 'parked', hasAgent: false } : it),
  crashes: (it) =>
    it.phase === 'atWork' || it.phase === 'atRest' || it.phase === 'coming'
      ? { ...it, phase: 'crashed', hasAgent: false }
      : it,
  'is launched for a task': (it, states) =>
    it.phase === 'atRest' && it.kind === 'autonomous' && it.trouble === null
      ? launched({ ...it, hasTask: true }, states)
      : it,
  'is held': (it) => {
    if (it.phase === 'moving' || it.phase === 'ending') return it;
    return it.phase === 'failed' || it.phase === 'blocked'
      ? it
      : { ...it, phase: 'held', isHeld: true };
  },
  'is to be held': (it) => ({ ...it, isHeld: true }),
  'is released': (it, states) => {
    const free = { ...it, isHeld: false };
    if (it.phase !== 'held') return free;
    return it.hasAgent ? { ...free, phase: 'coming' } : launched(free, states);
  },
  fails: (it) =>
    it.phase === 'held'
      ? it
      : { ...settledAt(it), phase: 'failed', reason: 'no directory', hasAgent: false },
  'is blocked': (it) =>
    it.phase === 'held' ? it : { ...settledAt(it), phase: 'blocked', hasAgent: false },
  'is reset': (it, states) =>
    it.phase === 'failed' || it.phase === 'blocked' ? launched(it, states) : it,
});

function ofEach<W extends string>(happenings: Readonly<Record<W, Happening>>) {
  return happenings;
}

/** Its turn meets the limit of its account. */
export function limitHits(session: ToySession): ToySession {
  const { account, hasTask, phase } = session;
  if (phase !== 'atWork') return session;
  const trouble = limitOf(account);
  if (hasTask) return { ...session, trouble, phase: 'awaiting', hasAgent: false };
  return { ...session, trouble, phase: 'atRest' };
}

/** How the launch that carries out an order ends. */
export function arrive(
  session: ToySession,
  how: 'goes well' | 'is refused' | 'is postponed',
  states: States,
): ToySession {
  if (session.phase !== 'moving') return session;
  const { account } = session;
  const { trouble, kind, hasAgent } = session;
  const isSpared = hasAgent && (trouble === null || kind === 'dedicated');
  if (how === 'is postponed' && isSpared) return refused(session, 'DELIVERY_POSTPONED', 'coming');
  if (states.get(account) !== 'available')
    return refused(session, 'ACCOUNT_UNAVAILABLE', 'awaiting');
  if (how === 'is refused') return refused(session, 'ACCOUNT_QUARANTINED', 'awaiting');
  return { ...session, phase: 'coming', movingFrom: null, trouble: null, hasAgent: true };
}

/** Where a new daemon finds a session as the old one left it: with its agent, or with what was decided of it. */
const KEPT: ReadonlySet<ToySession['phase']> = new Set([
  'held',
  'failed',
  'blocked',
  'atWork',
  'atRest',
  'delivering',
]);

/** A new daemon finds the session: an order may have come about while nobody saw it. */
export function foundAgain(session: ToySession, cameAbout: boolean, states: States): ToySession {
  const { phase, movingFrom, account, trouble } = session;
  const isStuck = phase === 'awaiting' && session.hasTask && trouble !== null;
  if (KEPT.has(phase) || isStuck) return session;
  if (movingFrom === null || !cameAbout) return launched(settledAt(session), states);
  const left = trouble?.account === account ? trouble : null;
  return { ...session, phase: 'coming', movingFrom: null, hasAgent: true, trouble: left };
}

function refused(session: ToySession, code: string, phase: 'coming' | 'awaiting'): ToySession {
  const { account } = session;
  return { ...settledAt(session), phase, refusal: { account, code, message: code } };
}

/** No order is carried out any more: it is where it was. */
function settledAt(session: ToySession): ToySession {
  return { ...session, account: session.movingFrom ?? session.account, movingFrom: null };
}

/** An ordinary launch where it is, which needs an account that can be used. */
function launched(session: ToySession, states: States): ToySession {
  if (states.get(session.account) === 'available') {
    return { ...session, phase: 'coming', hasAgent: true, reason: null };
  }
  const refusal = { account: session.account, code: 'ACCOUNT_UNAVAILABLE', message: 'no' };
  return { ...session, phase: 'awaiting', refusal, reason: 'no' };
}

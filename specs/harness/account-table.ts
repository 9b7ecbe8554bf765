import type { InspectionEvent } from 'xstate';
import type { AccountState } from '../../machines/accounts.ts';
import {
  brokenLink,
  COOLDOWN,
  MARGIN,
  MINUTE,
  NAMED,
  SESSION_LIMIT,
  startTestAccount,
  type TestAccount,
  WEEKLY_LIMIT,
} from './test-account.ts';

/** What may speak against an account, each by itself or several at once. */
export type Trait = 'limited' | 'unauthenticated' | 'quarantined' | 'disabled';

/** Every kind of event, told apart where it is news in one state and none in another. */
export const ACCOUNT_EVENTS = {
  'a limit is reached': (t) => t.hits(),
  'a later limit is reached': (t) => t.hits(WEEKLY_LIMIT),
  'a limit is reached that names no end': (t) => t.hits("You've hit your Opus limit"),
  'an old limit is told': (t) =>
    t.hits("You've hit your session limit · resets 2am (UTC)", t.now() - 300 * MINUTE),
  'usage is told': (t) => t.tells({ fiveHour: { usedPercent: 9, resetsAt: NAMED + 300 * MINUTE } }),
  'the exact end is told': (t) => t.tells({ fiveHour: { usedPercent: 99, resetsAt: NAMED + 1 } }),
  'a later end is told': (t) => t.tells({ fiveHour: { usedPercent: 100, resetsAt: NAMED * 2 } }),
  'its login is lost': (t) => t.loses(),
  'its links break': (t) => t.send({ type: 'links.broken', errors: [brokenLink()] }),
  'others of them break': (t) => t.send({ type: 'links.broken', errors: [brokenLink('another')] }),
  'its links are mended': (t) => t.send({ type: 'links.mended' }),
  limit: (t) => t.send({ type: 'operator.limit', until: t.now() + 9 * MINUTE }),
  'limit, until now': (t) => t.send({ type: 'operator.limit', until: t.now() }),
  clear: (t) => t.send({ type: 'operator.clear' }),
  disable: (t) => t.send({ type: 'operator.disable' }),
  enable: (t) => t.send({ type: 'operator.enable' }),
  'a minute passes': (t) => t.pass(MINUTE),
  'the limit is over': (t) => t.pass(NAMED + MINUTE + MARGIN - t.now()),
  'the clock was set on': (t) => {
    t.setClock(NAMED + MINUTE + MARGIN - t.now() + COOLDOWN);
    t.pass(MINUTE);
  },
} as const satisfies Readonly<Record<string, (t: TestAccount) => void>>;
export type AccountEventName = keyof typeof ACCOUNT_EVENTS;

const COMES_TO: Readonly<Record<Trait, (t: TestAccount) => void>> = {
  limited: (t) => t.hits(SESSION_LIMIT),
  unauthenticated: (t) => t.loses(),
  quarantined: (t) => t.send({ type: 'links.broken', errors: [brokenLink()] }),
  disabled: (t) => t.send({ type: 'operator.disable' }),
};

/** What the real machine does: where it goes, or that it `stays` or has `ignored` it; and what it tells. */
export interface AccountCell {
  readonly goes: AccountState | 'stays' | 'ignored';
  readonly isStored: boolean;
  /** It is logged though its state stays. */
  readonly isLogged: boolean;
}

/** Lets that event happen to a real account machine of which these things hold. */
export function accountCell(
  holds: readonly Trait[],
  event: AccountEventName,
  inspect?: (event: InspectionEvent) => void,
): AccountCell {
  const t = startTestAccount({}, { ...(inspect && { inspect }) });
  for (const trait of holds) COMES_TO[trait](t);
  const [before, context] = [t.state(), t.context()];
  t.forget();
  ACCOUNT_EVENTS[event](t);
  t.root.stop();
  const [isStored, isLogged] = [t.stored() !== null, t.logged().length > 0];
  if (t.state() !== before) return { goes: t.state() as AccountState, isStored, isLogged };
  return { goes: t.context() === context ? 'ignored' : 'stays', isStored, isLogged };
}

/** What one pass of the plan has given out so far: each decision sees those before it. */
import { type Better, betterAccount } from '../machines/policy/better-account.ts';
import { chooseTarget } from '../machines/policy/failover-target.ts';
import { awayAt } from '../machines/policy/people.ts';
import { whyChosen } from '../machines/policy/target-words.ts';
import type {
  OpenFailover,
  SwitchAccount,
  SwitchSession,
  SwitchView,
  Target,
} from './switch-facts.ts';
import { isSomebodys } from './switch-session.ts';

/** A person who has left a half-typed line, or of whom nothing was told, is looked at again after this time. */
const LOOK_AGAIN_MS = 15_000;

export interface Pass extends Pick<SwitchView, 'now' | 'strategy'> {
  /** null = an account that is not in the config. */
  stateOf(account: string): SwitchAccount['state'] | null;
  isUsable(account: string): boolean;
  /** The best account that is not `excluded`; null = there is none. */
  targetFor(excluded: readonly string[], wanted: string | null): string | null;
  /** Where one on that account had better go, although it can be used; null = it had better stay. */
  betterThan(account: string, tried: readonly string[]): Better | null;
  /** The rule by which `to` was chosen, and what speaks against the others, in a sentence. */
  why(target: Target, tried: readonly string[]): string;
  /** Whether one more may be on its way. */
  hasPlace(): boolean;
  /** One that is on its way already gets a place, if there is one. */
  takePlace(): boolean;
  /** The session goes on its way to this account. */
  send(session: SwitchSession, to: string): void;
  /** Whether it is known that nobody is at work there; if not, it is looked at again. */
  isLeftAlone(session: SwitchSession): boolean;
  lookAgain(at: number): void;
  /** Of whom it was not known. */
  readonly unseen: readonly string[];
  /** Epoch milliseconds; null = nothing waits for a time. */
  lookAgainAt(): number | null;
}

export function createPass(view: SwitchView): Pass {
  const { now, presence, strategy, proactiveThreshold: threshold } = view;
  const accounts = new Map(view.accounts.map((account) => [account.name, account]));
  const load = loadOf(view);
  const unseen: string[] = [];
  const times: number[] = [];
  let places = view.concurrency - view.failovers.filter(isOnItsWay).length;
  const stateOf = (name: string) => accounts.get(name)?.state ?? null;
  const targets = () => view.accounts.map((one) => ({ ...one, load: load.get(one.name) ?? 0 }));
  return {
    now,
    strategy,
    unseen,
    stateOf,
    isUsable: (name) => stateOf(name) === 'available',
    targetFor: (tried, wanted) =>
      chooseTarget({ accounts: targets(), strategy, threshold, tried, wanted }),
    betterThan: (own, tried) =>
      betterAccount({ ...view, accounts: targets(), threshold, own, tried }),
    why: (target, tried) => whyChosen({ accounts: targets(), threshold, tried, ...target }),
    hasPlace: () => places > 0,
    takePlace: () => {
      places -= 1;
      return places >= 0;
    },
    send: (session, to) => {
      places -= 1;
      if (isCounted(session)) add(load, session.account, -1);
      add(load, to, 1);
    },
    isLeftAlone: (session) => {
      const seen = presence.get(session.name);
      if (seen === undefined) unseen.push(session.name);
      else if (!isSomebodys(session, seen, now)) return true;
      const away = seen === undefined ? null : awayAt(seen);
      times.push(away ?? now + LOOK_AGAIN_MS);
      return false;
    },
    lookAgain: (at) => void times.push(at),
    lookAgainAt: () => (times.length === 0 ? null : Math.min(...times)),
  };
}

function isOnItsWay({ step }: OpenFailover): boolean {
  return step === 'moving' || step === 'resuming';
}

/** How many sessions are on each account, or on their way to it. */
function loadOf({ sessions, failovers }: SwitchView): Map<string, number> {
  const goals = new Map(
    failovers.filter(({ step }) => step === 'moving').map(({ session, to }) => [session, to]),
  );
  const load = new Map<string, number>();
  for (const session of sessions) {
    const goal = goals.get(session.name) ?? null;
    if (goal !== null || isCounted(session)) add(load, goal ?? session.account, 1);
  }
  return load;
}

/** One that is parked or given up, or an operator's own, puts no load on its account. */
function isCounted({ phase }: SwitchSession): boolean {
  return phase !== 'parked' && phase !== 'blocked' && phase !== 'failed';
}

function add(load: Map<string, number>, account: string, change: number): void {
  load.set(account, (load.get(account) ?? 0) + change);
}

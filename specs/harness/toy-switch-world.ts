import { SimulatedClock } from 'xstate';
import type { AccountState } from '../../machines/accounts.ts';
import { newFailover } from '../../machines/failover/changes.ts';
import { type PastFailovers, pastAfter } from '../../machines/failover/past.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import type { WindowUsed } from '../../machines/policy/nearly-used.ts';
import type { Presence } from '../../machines/ports.ts';
import { beginWished, planWish } from '../../supervisor/failover-wish.ts';
import type {
  Beginning,
  SwitchAccount,
  SwitchAction,
  SwitchPlan,
  SwitchRules,
  SwitchView,
} from '../../supervisor/switch-facts.ts';
import { planSwitch } from '../../supervisor/switch-plan.ts';
import { openFailoverOf } from '../../supervisor/switch-view.ts';
import { NOBODY } from './switch-facts.ts';
import { startTestFailover } from './test-failover.ts';
import { START, settle } from './test-session.ts';
import { foundAgain, obey, type ToySession, toySession } from './toy-switch-session.ts';

export interface ToyRules {
  readonly accounts: readonly string[];
  readonly sessions: readonly Partial<ToySession>[];
  readonly rules: Pick<SwitchView, 'strategy' | 'concurrency'> & Partial<SwitchRules>;
  /** Sees each plan before it is carried out. */
  readonly watch: (plan: SwitchPlan, view: SwitchView) => void;
  /** A wrong one, to see whether that is noticed. */
  readonly planBy?: typeof planSwitch;
}

/** Nobody goes anywhere without need. */
const FORCED_ONLY = { proactiveThreshold: 1, returnToPreferred: false, cooldownMs: 0 } as const;

type ToyFailover = ReturnType<typeof startTestFailover>;

/** Real failover machines and the real plan over sessions and accounts that are a toy's. */
export function createToyWorld({
  accounts,
  sessions,
  rules,
  watch,
  planBy = planSwitch,
}: ToyRules) {
  const timer = new SimulatedClock();
  const states = new Map<string, AccountState>(accounts.map((name) => [name, 'available']));
  /** What has been noted of each account: since when it is in that state, and what it is said to have used. */
  const known = new Map<string, { readonly state: AccountState; readonly since: number }>();
  const used = new Map<string, WindowUsed>();
  let past: PastFailovers = new Map();
  const people = new Map<string, Presence>();
  const pool = new Map<string, ToySession>();
  const failovers = new Map<string, ToyFailover>();
  /** What the next daemon would find. */
  const journal = new Map<string, FailoverFacts>();
  let ids = 0;
  const now = () => START + timer.now();
  sessions.forEach((one, i) => {
    pool.set(`s${i}`, toySession(`s${i}`, one));
    people.set(`s${i}`, NOBODY);
  });

  const change = (name: string, to: (session: ToySession) => ToySession) => {
    const session = pool.get(name);
    if (session !== undefined) pool.set(name, to(session));
  };
  const begin = ({ kind: _, ...beginning }: Beginning) => {
    ids += 1;
    open(newFailover({ ...beginning, id: `f${ids}` }, now()), true);
  };
  const open = (facts: FailoverFacts, isNew: boolean) => {
    failovers.set(facts.session, startTestFailover(facts, { byHand: true, isNew, timer }));
  };
  const hear = (report: ToyFailover['reports'][number]) => {
    if (report.type === 'failover.changed') {
      journal.set(report.facts.id, report.facts);
      past = pastAfter(past, report.facts);
    }
    if (report.type === 'failover.ordered') change(report.session, (it) => obey(it, report.order));
  };
  /** Hands on what failovers have told since. */
  const deliver = () => {
    for (const [name, failover] of failovers) {
      failover.reports.splice(0).forEach(hear);
      if (failover.snapshot().status === 'done') failovers.delete(name);
    }
  };
  const carryOut = (action: SwitchAction) => {
    if (action.kind === 'begin') begin(action);
    else failovers.get(action.session)?.send(action.event);
  };
  const sinceOf = (name: string): number => {
    const state = states.get(name) ?? 'available';
    const before = known.get(name);
    if (before?.state === state) return before.since;
    known.set(name, { state, since: now() });
    return now();
  };
  const usedOf = (name: string): WindowUsed | null => {
    const told = used.get(name) ?? null;
    return told !== null && told.resetsAt > now() ? told : null;
  };
  const view = (presence: ReadonlyMap<string, Presence> = new Map()): SwitchView => ({
    sessions: [...pool.values()],
    accounts: [...states].map(([name, state], i): SwitchAccount => {
      const availableAt = state === 'limited' ? now() + 60_000 : null;
      const facts = { since: sinceOf(name), probes: 0, used: usedOf(name) };
      return { name, priority: i, state, availableAt, ...facts };
    }),
    failovers: [...failovers.values()].map((failover) => openFailoverOf(failover.snapshot())),
    past,
    ...FORCED_ONLY,
    ...rules,
    presence,
    now: now(),
  });
  const decide = async (seen: ReadonlyMap<string, Presence>) => {
    deliver();
    const current = view(seen);
    const plan = planBy(current);
    watch(plan, current);
    plan.actions.forEach(carryOut);
    await settle();
    return { plan, view: current };
  };
  const stop = () => {
    for (const failover of failovers.values()) failover.root.stop();
  };
  /** Decides until nothing is left to decide, as the switcher does; the last plan, and its view. */
  const pass = async () => {
    const seen = new Map<string, Presence>();
    for (let round = 0; round < 50; round++) {
      const decided = await decide(seen);
      const unseen = decided.plan.askPresenceOf.filter((name) => !seen.has(name));
      if (decided.plan.actions.length === 0 && unseen.length === 0) return decided;
      for (const name of unseen) seen.set(name, people.get(name) ?? NOBODY);
    }
    throw new Error('it decides for ever');
  };
  return {
    pool,
    states,
    used,
    people,
    failovers,
    now,
    view,
    pass,
    change,
    /** The step that the failover of a session waits to have written is, or is not. */
    write: async (name: string, isGood: boolean) => {
      const failover = failovers.get(name);
      if (failover === undefined || !failover.where().endsWith('noting')) return;
      if (isGood) journal.set(failover.facts().id, failover.facts());
      failover.journal.answer(isGood ? undefined : new Error('no disk'));
      await settle();
    },
    passTime: async (ms: number) => {
      for (let done = 0; done < ms; done += 1000) {
        timer.increment(1000);
        await settle();
      }
    },
    wish: (to: string | null) => {
      deliver();
      const wish = { from: null, to, sessions: [...pool.keys()], dryRun: false };
      const current = view(people);
      beginWished(current, wish, planWish(current, wish)).forEach(carryOut);
    },
    /** The daemon is killed: the next one has the journal, and finds the sessions. */
    killDaemon: (cameAbout: boolean) => {
      if (cameAbout) deliver();
      stop();
      failovers.clear();
      for (const name of pool.keys()) change(name, (it) => foundAgain(it, cameAbout, states));
      const left = [...journal.values()].filter(({ endedAt }) => endedAt === null);
      for (const facts of left) open(facts, false);
    },
    stop,
  };
}

export type ToyWorld = ReturnType<typeof createToyWorld>;

import {
  createActor,
  type InspectionEvent,
  SimulatedClock,
  type SnapshotFrom,
  setup,
} from 'xstate';
import type { CheckError } from '../../config/types.ts';
import { accountMachine } from '../../machines/account/machine.ts';
import type { AccountInput, AccountReportEvent } from '../../machines/account/types.ts';
import type { AccountEvent, AccountFacts, Evidence } from '../../machines/accounts.ts';
import type { LogEvent } from '../../machines/log-events.ts';
import { evidenceOf, troubleOf } from '../../machines/policy/trouble.ts';
import type { WindowUsage } from '../../machines/signals.ts';
import { brokenLink as brokenLinkOf } from './broken-link.ts';
import { turnFailure } from './turn-failures.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
/** Time starts here: 2026-11-22, 6:00:00 UTC. */
export const START = Date.UTC(2026, 10, 22, 6);
export const COOLDOWN = 5 * MINUTE;
export const MARGIN = 30 * SECOND;

export const SESSION_LIMIT = "You've hit your session limit · resets 8:13am (UTC)";
/** The minute that it names. */
export const NAMED = Date.UTC(2026, 10, 22, 8, 13);
/** What ends in a minute may last until it is over. */
export const DUE = NAMED + MINUTE;
export const WEEKLY_LIMIT = "You've hit your weekly limit · resets Nov 25, 6:13am (UTC)";
export const WEEKLY_NAMED = Date.UTC(2026, 10, 25, 6, 13);

export interface TestAccountOptions {
  /** The machine under test; a mutant of it proves that a test can fail. */
  readonly machine?: typeof accountMachine;
  readonly inspect?: (event: InspectionEvent) => void;
}

type ToldWindow = Partial<WindowUsage> & Omit<WindowUsage, 'toldAt'>;
interface ToldUsage {
  readonly fiveHour?: ToldWindow | null;
  readonly sevenDay?: ToldWindow | null;
}

export type TestAccount = ReturnType<typeof startTestAccount>;

/** An account machine under a parent that only listens; time passes when a test says so. */
export function startTestAccount(
  overrides: Partial<AccountInput> = {},
  { machine = accountMachine, inspect }: TestAccountOptions = {},
) {
  const timer = new SimulatedClock();
  const reports: AccountReportEvent[] = [];
  let set = 0;
  const now = () => START + set + timer.now();
  const clock = { now, monotonicMs: () => timer.now(), bootId: 'boot' };
  const account = { name: 'first', home: '/home/first', priority: 1 };
  const input = { account, facts: null, cooldownMs: COOLDOWN, resetMarginMs: MARGIN, clock };
  const parent = setup({
    types: { events: {} as AccountReportEvent },
    actors: { account: machine },
  }).createMachine({
    invoke: { src: 'account', id: 'account', input: { ...input, ...overrides } },
    on: { '*': { actions: ({ event }) => void reports.push(event) } },
  });
  const root = createActor(parent, { clock: timer, ...(inspect && { inspect }) });
  root.start();
  const child = root.getSnapshot().children.account;
  if (child === undefined) throw new Error('the account did not start');
  const snapshot = () => child.getSnapshot() as SnapshotFrom<typeof accountMachine>;
  const send = (event: AccountEvent) => child.send(event);
  const entries = (): readonly LogEvent[] =>
    reports.flatMap((one) => (one.type === 'account.logged' ? [one.entry] : []));
  return {
    root,
    reports,
    now,
    send,
    state: () => snapshot().value,
    context: () => snapshot().context,
    facts: () => snapshot().context.facts,
    /** The facts as the store would remember them now. */
    stored: (): AccountFacts | null =>
      reports.flatMap((one) => (one.type === 'account.changed' ? [one.facts] : [])).at(-1) ?? null,
    /** A turn on it ended so, just now unless said otherwise. */
    hits: (message = SESSION_LIMIT, at = now()) => send(limitSeen(message, at)),
    loses: (at = now()) => send({ type: 'login.lost', evidence: loginEvidence(at) }),
    /** When it was told matters to few tests. */
    tells: ({ fiveHour = null, sevenDay = null }: ToldUsage) =>
      send({ type: 'usage.told', usage: { fiveHour: dated(fiveHour), sevenDay: dated(sevenDay) } }),
    entries,
    logged: (): readonly string[] => entries().map(({ event }) => event),
    entry: <E extends LogEvent['event']>(event: E) =>
      entries().findLast((one) => one.event === event) as LogEvent<E> | undefined,
    pass: (ms: number) => pass(timer, ms),
    /** The wall clock is set, or went on while the machine slept: no timer notices. */
    setClock: (ms: number) => {
      set += ms;
    },
    /** What was told so far is not looked at again. */
    forget: () => void reports.splice(0),
  };
}

/** A limit that a turn has reached, as the session tells of it. */
export function limitSeen(message: string, at: number): AccountEvent {
  const failure = turnFailure({ message, at });
  const trouble = troubleOf(failure);
  if (trouble?.kind !== 'limit') throw new Error(`no limit: ${message}`);
  const { window, resetsAt } = trouble;
  return { type: 'limit.seen', window, resetsAt, evidence: evidenceOf(failure, OF) };
}

export function loginEvidence(at: number): Evidence {
  const message = 'Please run /login · API Error: 401';
  return evidenceOf(turnFailure({ error: 'authentication_failed', message, at }), OF);
}

export function brokenLink(message = 'projects is not a link'): CheckError {
  return { ...brokenLinkOf('first'), message };
}

function dated(window: ToldWindow | null): WindowUsage | null {
  return window && { toldAt: null, ...window };
}

const OF = { session: 'pool-0', conversation: 'c-0' };

/** Time passes in steps: the simulated clock jumps, and would fire a chain of timers once. */
function pass(timer: SimulatedClock, ms: number): void {
  const step = 10 * SECOND;
  for (let done = 0; done < ms; done += step) timer.increment(Math.min(step, ms - done));
}

import {
  createActor,
  fromPromise,
  type InspectionEvent,
  SimulatedClock,
  type SnapshotFrom,
  setup,
} from 'xstate';
import type { Evidence } from '../../machines/accounts.ts';
import { newFailover } from '../../machines/failover/changes.ts';
import { failoverMachine } from '../../machines/failover/machine.ts';
import type { FailoverInput, FailoverReportEvent } from '../../machines/failover/types.ts';
import type { FailoverEvent, FailoverFacts } from '../../machines/failovers.ts';
import type { LogEvent } from '../../machines/log-events.ts';
import { createEffect } from './played-effect.ts';
import { chanceOf, START, settle } from './test-session.ts';

export interface TestFailoverOptions {
  /** The journal is written by itself unless a test plays it by hand. */
  readonly byHand?: boolean;
  readonly isNew?: boolean;
  readonly index?: number | null;
  /** The time that it shares with others. */
  readonly timer?: SimulatedClock;
  readonly inspect?: (event: InspectionEvent) => void;
}

export const EVIDENCE: Evidence = {
  source: 'signal',
  at: START,
  session: 'pool-0',
  conversation: 'conversation-0',
  prompt: 'prompt-0',
  error: 'rate_limit',
  status: null,
  message: 'You’ve hit your session limit',
};

/** A failover that has just begun, of a session that has to leave `first`. */
export function failoverFacts(overrides: Partial<FailoverFacts> = {}): FailoverFacts {
  const beginning = {
    id: 'failover-0',
    session: 'pool-0',
    conversation: 'conversation-0',
    from: 'first',
    reason: 'limit',
    evidence: EVIDENCE,
    wanted: null,
  } as const;
  return { ...newFailover(beginning, START), ...overrides };
}

/** A failover machine under a parent that only listens, with a journal that a test plays. */
export function startTestFailover(
  overrides: Partial<FailoverFacts> = {},
  {
    byHand = false,
    isNew = true,
    index = 0,
    timer = new SimulatedClock(),
    inspect,
  }: TestFailoverOptions = {},
) {
  const reports: FailoverReportEvent[] = [];
  const journal = createEffect<FailoverFacts, void>(byHand, () => {});
  const failover = failoverMachine.provide({
    actors: { journal: fromPromise<void, FailoverFacts>(({ input }) => journal.ask(input)) },
  });
  const { clock } = chanceOf(timer);
  const input: FailoverInput = { facts: failoverFacts(overrides), index, isNew, clock };
  const parent = setup({
    types: { events: {} as FailoverReportEvent },
    actors: { failover },
  }).createMachine({
    invoke: { src: 'failover', id: 'failover', input },
    on: { 'failover.*': { actions: ({ event }) => void reports.push(event) } },
  });
  const root = createActor(parent, { clock: timer, ...(inspect && { inspect }) });
  root.subscribe({ error: () => {} });
  root.start();
  const child = root.getSnapshot().children.failover;
  if (child === undefined) throw new Error('the failover did not start');
  const snapshot = () => child.getSnapshot() as SnapshotFrom<typeof failoverMachine>;
  const entries = (): readonly LogEvent[] =>
    reports.flatMap((report) => (report.type === 'failover.logged' ? [report.entry] : []));
  return {
    failover: child,
    root,
    reports,
    journal,
    snapshot,
    facts: () => snapshot().context.facts,
    where: () => whereOf(snapshot().value),
    send: (event: FailoverEvent) => child.send(event),
    orders: () =>
      reports.flatMap((one) =>
        one.type === 'failover.ordered' ? [{ session: one.session, ...one.order }] : [],
      ),
    /** What was told of the facts, oldest first. */
    told: () => reports.flatMap((one) => (one.type === 'failover.changed' ? [one.facts] : [])),
    entries,
    logged: (): readonly string[] => entries().map(({ event }) => event),
    /** Forgets what was reported so far. */
    forget: () => void reports.splice(0),
    jump: (ms: number) => timer.increment(ms),
    settle,
  };
}

/** The state in words that name it: `moving, noting`. */
function whereOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[step, inner] = ['', '']] = Object.entries(value as Record<string, string>);
  return inner === 'ordered' ? step : `${step}, ${inner}`;
}

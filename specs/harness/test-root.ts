import {
  createActor,
  fromCallback,
  fromPromise,
  type InspectionEvent,
  SimulatedClock,
} from 'xstate';
import { accountMachine } from '../../machines/account/machine.ts';
import type { AccountInput } from '../../machines/account/types.ts';
import type { AccountFacts } from '../../machines/accounts.ts';
import { failoverMachine } from '../../machines/failover/machine.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import type { Observation, ProcessIdentity, SessionObservation } from '../../machines/ports.ts';
import { sessionMachine } from '../../machines/session/machine.ts';
import type {
  Adopted,
  AdoptRequest,
  EndRequest,
  Launched,
  LaunchRequest,
  LookRequest,
  PasteRequest,
  PressRequest,
  SessionContext,
  SessionInput,
  StatusSeen,
} from '../../machines/session/types.ts';
import type { TurnSeen } from '../../machines/signals.ts';
import { type RootRef, sessionNamed } from '../../supervisor/pool.ts';
import type { Belief } from '../../supervisor/reconcile.ts';
import { rootMachine } from '../../supervisor/root-machine.ts';
import type { Listing, RootEmitted, RootInput } from '../../supervisor/root-types.ts';
import { accountFacts } from './account-facts.ts';
import { createEffect } from './played-effect.ts';
import {
  chanceOf,
  identity,
  launchedBy,
  NOTHING_SEEN,
  paneOf,
  sessionInput,
  settle,
} from './test-session.ts';

export interface TestRootOptions {
  readonly names?: readonly string[];
  /** The session machine; effects are provided to it. */
  readonly session?: typeof sessionMachine;
  readonly overrides?: Partial<SessionInput>;
  /** Effects of sessions succeed by themselves unless a test plays them by hand. */
  readonly byHand?: boolean;
  readonly failovers?: RootInput['failovers'];
  readonly account?: typeof accountMachine;
  /** Crashes of the pool that count when it begins, and how many it allows. */
  readonly poolWindow?: RootInput['poolWindow'];
  readonly poolIntensity?: number;
  readonly inspect?: (event: InspectionEvent) => void;
  /** Called before the root starts, as a recorder must be. */
  readonly beforeStart?: (root: RootRef) => void;
}

const INTERVAL_MS = 15_000;

/** A root supervisor whose listings are answered by hand and whose launches succeed. */
export function startTestRoot({
  names = ['pool-0', 'pool-1', 'pool-2'],
  session = sessionMachine,
  overrides = {},
  byHand = false,
  failovers = [],
  account = accountMachine,
  beforeStart,
  poolWindow = [],
  poolIntensity = 50,
  inspect,
}: TestRootOptions = {}) {
  const timer = new SimulatedClock();
  const chance = chanceOf(timer);
  const emitted: RootEmitted[] = [];
  let nextPid = 100;
  const listings = createEffect<readonly Belief[], Observation>(true, () => seen());
  const launches = createEffect<LaunchRequest, Launched>(byHand, (asked) =>
    launchedBy(asked, paneOf(++nextPid)),
  );
  const adoptions = createEffect<AdoptRequest, Adopted>(byHand, ({ restart }) => ({
    pane: paneOf(77),
    status: null,
    restart,
  }));
  const journal = createEffect<FailoverFacts, void>(byHand, () => {});
  const ends = createEffect<ProcessIdentity | null, void>(byHand, () => {});
  const signals = new Map<string, AbortSignal>();
  let wake = () => {};
  const machine = rootMachine.provide({
    actors: {
      session: session.provide({
        actors: {
          launch: fromPromise<Launched, LaunchRequest>(({ input, signal }) => {
            signals.set(input.facts.name, signal);
            return launches.ask(input);
          }),
          end: fromPromise<void, EndRequest>(({ input }) => ends.ask(input.process)),
          adopt: fromPromise<Adopted, AdoptRequest>(({ input }) => adoptions.ask(input)),
          readStatus: fromPromise<StatusSeen | null, SessionContext>(async () => null),
          paste: fromPromise<void, PasteRequest>(async () => {}),
          confirmGone: fromPromise<void, ProcessIdentity | null>(() => new Promise(() => {})),
          press: fromPromise<void, PressRequest>(async () => {}),
          look: fromPromise<TurnSeen, LookRequest>(async () => NOTHING_SEEN),
        },
      }),
      account,
      failover: failoverMachine.provide({
        actors: { journal: fromPromise<void, FailoverFacts>(({ input }) => journal.ask(input)) },
      }),
      observe: fromPromise<Listing, readonly Belief[]>(async ({ input }) => ({
        beliefs: input,
        observation: await listings.ask(input),
      })),
      watchTmux: fromCallback(({ sendBack }) => {
        wake = () => sendBack({ type: 'tmux.woke' });
      }),
    },
  });
  const accountInput = (name: string, facts: Partial<AccountFacts> | null = null): AccountInput => {
    const account = { name, home: `/home/${name}`, priority: name === 'first' ? 1 : 2 };
    const known = facts && accountFacts({ account: name, home: account.home, ...facts });
    return {
      account,
      facts: known,
      cooldownMs: 300_000,
      resetMarginMs: 30_000,
      clock: chance.clock,
    };
  };
  const inputOf = (name: string): SessionInput =>
    sessionInput({
      chance,
      ...overrides,
      slot: { name, kind: 'autonomous', index: Number(name.at(-1)), workdir: '/w', account: null },
    });
  const root = createActor(machine, {
    clock: timer,
    ...(inspect && { inspect }),
    input: {
      accounts: [accountInput('first'), accountInput('second')],
      sessions: names.map(inputOf),
      failovers,
      past: new Map(),
      reconcileIntervalMs: INTERVAL_MS,
      poolWindow,
      tolerance: { poolIntensity, periodMs: 60_000 },
    },
  });
  const errors: unknown[] = [];
  root.subscribe({ error: (error) => void errors.push(error) });
  root.on('*', (event) => void emitted.push(event));
  beforeStart?.(root);
  root.start();
  return {
    root,
    emitted,
    /** What ended the root; stays empty. */
    errors,
    listings,
    launches,
    adoptions,
    journal,
    ends,
    chance,
    signals,
    inputOf,
    accountInput,
    wake: () => wake(),
    contextOf: (name: string) => {
      const found = sessionNamed(root, name);
      if (found === null) throw new Error(`no session ${name}`);
      return found.getSnapshot().context;
    },
    /** Answers the listing under way, and lets what follows come to rest. */
    list: async (observation?: Observation | Error) => {
      listings.answer(observation as Observation);
      await settle();
    },
    of: <T extends RootEmitted['type']>(type: T) =>
      emitted.filter((one): one is Extract<RootEmitted, { type: T }> => one.type === type),
    pass: (ms: number) => timer.increment(ms),
    settle,
  };
}

/** A listing that shows these sessions. */
export function seen(...sessions: readonly SessionObservation[]) {
  return { kind: 'seen', server: identity(1), sessions } as const satisfies Observation;
}

export function aliveIn(name: string, pid: number, mark = 'mark'): SessionObservation {
  return { name, mark, pane: { state: 'alive', paneId: `%${pid}`, agent: identity(pid) } };
}

/** A session of somebody else: what runs in it is not looked at. */
export function foreign(name: string): SessionObservation {
  return { name, mark: null, pane: null };
}

export function deadIn(name: string, pid: number): SessionObservation {
  const cause = { kind: 'exit', code: 1 } as const;
  return {
    name,
    mark: 'mark',
    pane: { state: 'dead', paneId: `%${pid}`, pid, cause, lastScreen: 'last words' },
  };
}

/** The machines with their real effects. */
import { availableParallelism } from 'node:os';
import { fromCallback, fromPromise } from 'xstate';
import { hasLogin } from '../actors/account/has-login.ts';
import type { DeliverParts } from '../actors/deliver/look.ts';
import { pasteTask } from '../actors/deliver/paste-task.ts';
import { pressAgain } from '../actors/deliver/press-enter.ts';
import { createAccountTurns } from '../actors/launch/account-turns.ts';
import { adoptSession } from '../actors/launch/adopt-session.ts';
import { endSession } from '../actors/launch/end-session.ts';
import { firstWord, firstWordOrEnd } from '../actors/launch/first-word.ts';
import { type LaunchParts, launchAgent } from '../actors/launch/launch-agent.ts';
import { accountOf } from '../actors/launch/launch-checks.ts';
import { createLaunchGate } from '../actors/launch/launch-gate.ts';
import { createLaunchPlaces } from '../actors/launch/launch-places.ts';
import { type GoneParts, untilGone } from '../actors/process/until-gone.ts';
import { FailoverError } from '../config/errors.ts';
import { failoverMachine } from '../machines/failover/machine.ts';
import type { FailoverFacts } from '../machines/failovers.ts';
import type { AgentPort, FactStore, ProcessIdentity } from '../machines/ports.ts';
import { sessionMachine } from '../machines/session/machine.ts';
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
  StatusSeen,
} from '../machines/session/types.ts';
import type { TurnSeen } from '../machines/signals.ts';
import { isEscalated, ROOT } from './escalation.ts';
import type { RootRef } from './pool.ts';
import type { Belief } from './reconcile.ts';
import { rootMachine } from './root-machine.ts';
import type { Listing } from './root-types.ts';
import { createUnderWay, type UnderWay } from './under-way.ts';

/** Cold starts under way at once: each costs more than a second of CPU. */
const COLD_STARTS = Math.max(2, availableParallelism());
/** A cold start gives its place back when it is at its prompt, or after this. */
const COLD_START_MS = 8000;
/** The next agent of an account waits for the word of the one before, or so long: one may hang in a dialog. */
const FIRST_WORD_MS = 5000;
/** Launches with a task under way at once: one that waits for an old agent to end costs nothing. */
const TASK_LAUNCHES = 4 * COLD_STARTS;

export type RootParts = LaunchParts &
  DeliverParts &
  GoneParts & {
    readonly store: Pick<FactStore, 'saveFailover'>;
    /** Counts what goes on, for whoever has to know when all of it is over. */
    readonly underWay?: UnderWay;
  };

/** In which a launch waits for its turn. */
interface LaunchWorld {
  readonly signal: AbortSignal;
  /** Knows the root of this session. */
  readonly system: { get(id: string): unknown };
}

type Launch = (request: LaunchRequest, world: LaunchWorld) => Promise<Launched>;

/** The root machine over these effects. `names`: of the sessions that tmux is asked for. */
export function rootWith(parts: RootParts, names: readonly string[]): typeof rootMachine {
  const { tmux } = parts;
  return rootMachine.provide({
    actors: {
      session: sessionWith(parts),
      failover: failoverMachine.provide({
        actors: {
          journal: fromPromise<void, FailoverFacts>(({ input }) => parts.store.saveFailover(input)),
        },
      }),
      observe: fromPromise<Listing, readonly Belief[]>(async ({ input }) => ({
        beliefs: input,
        observation: await tmux.observe(names),
      })),
      watchTmux: fromCallback(({ sendBack }) => tmux.onWake(() => sendBack({ type: 'tmux.woke' }))),
    },
  });
}

function sessionWith(parts: RootParts): typeof sessionMachine {
  const { agent, underWay = createUnderWay() } = parts;
  const launch = accountByAccount(parts, launchInTurn(parts, underWay));
  const adopt = underWay.counted(adoptSession);
  const end = underWay.counted(endSession);
  const paste = underWay.counted(pasteTask);
  const press = underWay.counted(pressAgain);
  return sessionMachine.provide({
    actors: {
      launch: fromPromise<Launched, LaunchRequest>(({ input, ...world }) => launch(input, world)),
      adopt: fromPromise<Adopted, AdoptRequest>(({ input }) => adopt(parts, input)),
      end: fromPromise<void, EndRequest>(({ input }) => end(parts, input)),
      readStatus: fromPromise<StatusSeen | null, SessionContext>(({ input }) =>
        readStatus(agent, input),
      ),
      paste: fromPromise<void, PasteRequest>(({ input, signal }) => paste(parts, input, signal)),
      confirmGone: fromPromise<void, ProcessIdentity | null>(({ input, signal }) =>
        untilGone(parts, input, signal),
      ),
      press: fromPromise<void, PressRequest>(({ input, signal }) => press(parts, input, signal)),
      look: fromPromise<TurnSeen, LookRequest>(({ input: { conversation, task } }) =>
        agent.turnOf(conversation, task),
      ),
    },
  });
}

/**
 * What many sessions may want at once, a start of the pool or of many tasks, is done a few at a time;
 * how many leave their account at once is decided before they are told to.
 * Tasks wait for no order and for no prompt: an old agent that will not end, or a client that says
 * nothing, must not hold up the tasks of others.
 */
function launchInTurn(parts: RootParts, underWay: UnderWay): Launch {
  const cold = createLaunchGate(COLD_STARTS);
  const forTasks = createLaunchPlaces(TASK_LAUNCHES);
  const begin = underWay.counted(launchAgent);
  return async (request, { signal, system }) => {
    const launch = async () => {
      // Whoever waited for its turn may have been stopped meanwhile, or the whole pool.
      signal.throwIfAborted();
      refuseInEscalation(request, system);
      return await begin(parts, request);
    };
    if (request.reason === 'task') return await forTasks.hold(launch);
    if (request.reason !== 'boot') return await launch();
    return await cold.pass(launch, (launched) => firstWord(parts.agent, launched, COLD_START_MS));
  };
}

/**
 * Those that share a login start one after the other, tasks as well, so that only one of them renews it. What an
 * agent that hangs costs the others of its account is bounded; those of other accounts never wait for it.
 */
function accountByAccount(parts: RootParts, launch: Launch): Launch {
  const turns = createAccountTurns({
    sleep: parts.sleep,
    monotonicMs: () => performance.now(),
  });
  return async (request, world) => {
    const { home } = accountOf(parts, request.facts);
    if (!hasLogin(home)) return await launch(request, world);
    return await turns.pass(home, {
      launch: () => launch(request, world),
      heard: (launched) => firstWordOrEnd(parts, launched, FIRST_WORD_MS),
      signal: world.signal,
    });
  };
}

/** Nothing more is created, however many wait for their turn. */
function refuseInEscalation({ goesAhead }: LaunchRequest, system: LaunchWorld['system']): void {
  const root = system.get(ROOT) as RootRef | undefined;
  if (goesAhead || root === undefined || !isEscalated(root)) return;
  throw new FailoverError('POOL_ESCALATED', 'the pool has escalated: nothing is created');
}

async function readStatus(agent: AgentPort, context: SessionContext): Promise<StatusSeen | null> {
  if (context.agent === null) return null;
  const status = await agent.status(context.agent);
  if (status === null) return null;
  return { status, hasTranscript: await agent.hasTranscript(status.conversation) };
}

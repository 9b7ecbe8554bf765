import { SimulatedClock } from 'xstate';
import type { SessionInput } from '../../machines/session/types.ts';
import { INTENSITY, type ModelEvent, type ModelState, type Where } from './session-model.ts';
import {
  chanceOf,
  identity,
  paneOf,
  refusal,
  sessionInput,
  startTestSession,
  statusOf,
  type TestSession,
  type TestSessionOptions,
} from './test-session.ts';

const NOBODY = 9999;

/** A real session machine that is to go the way of the model: no crash ever leaves the window. */
export function startDrivenSession(
  options: TestSessionOptions = {},
  overrides: Partial<SessionInput> = {},
): TestSession {
  const { restart } = sessionInput({ chance: chanceOf(new SimulatedClock()) });
  return startTestSession(
    {
      restart: { ...restart, intensity: INTENSITY, periodMs: 1e12, stableAfterMs: 1e12 },
      ...overrides,
    },
    { byHand: true, ...options },
  );
}

let nextStranger = 900;

const DRIVES: { readonly [E in ModelEvent]: (t: TestSession) => void } = {
  'says idle': (t) => t.says('idle'),
  'says busy': (t) => t.says('busy'),
  'says waiting': (t) => t.says('waiting'),
  'says shell': (t) => t.says('shell'),
  'another says busy': (t) => t.says('busy', { agent: identity(NOBODY) }),
  dies: (t) => t.dies(),
  'is not found': (t) => t.dies({ cause: { kind: 'exit', code: 127 } }),
  'an earlier one dies': (t) => t.dies({ pid: NOBODY }),
  'another is found': (t) => find(t, ++nextStranger),
  'the same is found': (t) => find(t, t.context().agent?.pid),
  'the leaving one is found': (t) => find(t, t.context().previous?.pid),
  'is renamed': (t) => rename(t, t.context().agent?.pid),
  'an earlier one is renamed': (t) => rename(t, NOBODY),
  'slot is freed': (t) => t.send({ type: 'slot.freed' }),
  hold: (t) => t.send({ type: 'operator.hold' }),
  release: (t) => t.send({ type: 'operator.release' }),
  restart: (t) => t.send({ type: 'operator.restart' }),
  reset: (t) => t.send({ type: 'operator.reset' }),
  adopt: (t) => t.send({ type: 'operator.adopt', restart: false }),
  'adopt --restart': (t) => t.send({ type: 'operator.adopt', restart: true }),
  'launch succeeds': (t) => t.launches.answer(),
  'launch fails': (t) => t.launches.answer(refusal('TMUX_COMMAND_FAILED')),
  'name is taken': (t) => t.launches.answer(refusal('TMUX_NAME_TAKEN')),
  'session was renamed': (t) => t.launches.answer(refusal('SESSION_RENAMED')),
  'launch is hopeless': (t) => t.launches.answer(refusal('COMMAND_NOT_FOUND')),
  'adoption succeeds': (t) => t.adoptions.answer(),
  'adoption is refused': (t) => t.adoptions.answer(refusal('CONFLICT')),
  'file says idle': (t) =>
    t.readings.answer({ status: statusOf(t.context(), {}), hasTranscript: false }),
  'file says nothing': (t) => t.readings.answer(null),
  'file is unreadable': (t) => t.readings.answer(refusal('NOT_FOUND')),
  'wait elapses': (t) => t.jump(t.context().delayMs),
  'start times out': (t) => t.jump(t.context().startTimeoutMs),
};

/** Lets the event happen to the real machine, and what follows from it come to rest. */
export async function drive(t: TestSession, event: ModelEvent): Promise<void> {
  DRIVES[event](t);
  await t.settle();
}

/** What of the real machine the model speaks of. */
export function modelViewOf(t: TestSession): Partial<ModelState> {
  const { held, agent, previous, isComingUp, crashTimes, launchFailures } = t.context();
  return {
    where: t.where() as Where,
    held,
    agent: agent !== null,
    leaving: previous !== null,
    comingUp: isComingUp,
    crashes: crashTimes.length,
    launchFailures,
  };
}

function find(t: TestSession, pid = NOBODY): void {
  t.send({ type: 'agent.found', pane: paneOf(pid), mark: 'mark-found' });
}

function rename(t: TestSession, pid = NOBODY): void {
  t.send({ type: 'session.renamed', to: 'mine', agent: identity(pid) });
}

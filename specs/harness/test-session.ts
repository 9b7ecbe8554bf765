import {
  createActor,
  fromPromise,
  type InspectionEvent,
  SimulatedClock,
  type SnapshotFrom,
  setup,
} from 'xstate';
import { FailoverError } from '../../config/errors.ts';
import type { LogEvent } from '../../machines/log-events.ts';
import type {
  AgentStatus,
  AgentStatusWord,
  Clock,
  CrashFact,
  DeathCause,
  Pane,
  ProcessIdentity,
  SessionFacts,
  SessionTrouble,
} from '../../machines/ports.ts';
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
  SessionEvent,
  SessionInput,
  SessionReportEvent,
  StatusSeen,
} from '../../machines/session/types.ts';
import type { TurnOutcome, TurnSeen } from '../../machines/signals.ts';
import type { HeldTask, TaskNews, TaskReport } from '../../machines/tasks.ts';
import { createEffect } from './played-effect.ts';

export interface TestSessionOptions {
  /** Effects succeed by themselves unless a test plays them by hand. */
  readonly byHand?: boolean;
  /** The machine under test; a mutant of it proves that a test can fail. */
  readonly machine?: typeof sessionMachine;
  readonly inspect?: (event: InspectionEvent) => void;
}

export type TestSession = ReturnType<typeof startTestSession>;

/** Time starts here; what the monotonic clock says is how much of it has passed. */
export const START = 1_700_000_000_000;

/** A session machine under a parent that only listens, with effects that a test plays. */
export function startTestSession(
  overrides: Partial<SessionInput> = {},
  { byHand = false, machine = sessionMachine, inspect }: TestSessionOptions = {},
) {
  const timer = new SimulatedClock();
  const reports: SessionReportEvent[] = [];
  const effects = playEffects(byHand);
  const { launches, adoptions, readings, pastes, presses, endings, gone, looks } = effects;
  const parent = setup({
    types: { events: {} as SessionReportEvent },
    actors: { session: overEffects(machine) },
  }).createMachine({
    invoke: {
      src: 'session',
      id: 'session',
      input: sessionInput({ chance: chanceOf(timer), ...overrides }),
    },
    on: { '*': { actions: ({ event }) => void reports.push(event) } },
  });
  const root = createActor(parent, { clock: timer, ...(inspect && { inspect }) });
  effectsIn.set(root.system, effects);
  root.subscribe({ error: () => {} });
  root.start();
  const child = root.getSnapshot().children.session;
  if (child === undefined) throw new Error('the session did not start');
  const snapshot = () => child.getSnapshot() as SnapshotFrom<typeof sessionMachine>;
  const context = () => snapshot().context;
  const entries = (): readonly LogEvent[] =>
    reports.flatMap((report) => (report.type === 'session.logged' ? [report.entry] : []));
  return {
    session: child,
    root,
    reports,
    launches,
    adoptions,
    /** Looks at the status file of an agent that boots. */
    readings,
    pastes,
    presses,
    /** Ends of agents without a successor. */
    endings,
    /** Waits for the end of an agent that may have the task; always answered by hand. */
    gone,
    looks,
    snapshot,
    context,
    value: () => snapshot().value,
    /** The name of the innermost active state. */
    where: () => leafOf(snapshot().value),
    send: (event: SessionEvent) => child.send(event),
    /** The client of the session's agent says a word; `of` makes it another's, or of another conversation. */
    says: (status: AgentStatusWord, of: Partial<AgentStatus> & { onDisk?: boolean } = {}) =>
      child.send({
        type: 'agent.status',
        status: statusOf(context(), { status, ...of }),
        hasTranscript: of.onDisk ?? false,
      }),
    dies: (of: { pid?: number; cause?: DeathCause; lastScreen?: string } = {}) =>
      child.send({
        type: 'agent.died',
        death: {
          pid: of.pid ?? context().agent?.pid ?? null,
          cause: of.cause ?? { kind: 'signal', signal: 9 },
          lastScreen: of.lastScreen ?? '',
        },
      }),
    /** The dispatcher has leased a task for it. */
    assign: (task: Partial<HeldTask> = {}) =>
      child.send({ type: 'task.assigned', task: heldTask(task) }),
    cancel: (id: string = TASK) => child.send({ type: 'task.cancelled', id }),
    /** The client took a prompt: that of the task, unless another is named. */
    prompted: (of: { task?: string | null; conversation?: string; at?: number } = {}) =>
      child.send({
        type: 'agent.prompted',
        conversation: of.conversation ?? context().conversation,
        task: of.task === undefined ? (context().task?.id ?? null) : of.task,
        ...(of.at === undefined ? {} : { at: of.at }),
      }),
    /** The turn of the agent ended. */
    ends: (outcome: TurnOutcome = DONE, of: { background?: number; conversation?: string } = {}) =>
      child.send({
        type: 'turn.ended',
        conversation: of.conversation ?? context().conversation,
        outcome,
        background: of.background ?? 0,
      }),
    /** Go on on this account. */
    move: (account = 'second') => child.send({ type: 'failover.move', account }),
    park: () => child.send({ type: 'failover.park' }),
    /** The troubles with its account that it told of, oldest first. */
    troubles: (): readonly SessionTrouble[] =>
      reports.flatMap((one) => (one.type === 'session.troubled' ? [one.trouble] : [])),
    taskReports: (): readonly TaskReport[] =>
      reports.flatMap((one) => (one.type === 'session.task' ? [one.report] : [])),
    /** What was told of tasks, oldest first. */
    news: (): readonly TaskNews[] =>
      reports.flatMap((one) => (one.type === 'session.task' ? [one.report.news] : [])),
    entries,
    entry: <E extends LogEvent['event']>(event: E) =>
      entries().findLast((one) => one.event === event) as LogEvent<E> | undefined,
    logged: (): readonly string[] => entries().map(({ event }) => event),
    crashes: (): readonly CrashFact[] =>
      reports.flatMap((report) => (report.type === 'session.died' ? [report.crash] : [])),
    /** The facts as the store would remember them now. */
    facts: (): SessionFacts | undefined =>
      reports.flatMap((report) => (report.type === 'session.changed' ? [report.facts] : [])).at(-1),
    now: () => timer.now(),
    pass: (ms: number) => pass(timer, ms),
    /** Time jumps: enough for one timer, and quick. */
    jump: (ms: number) => timer.increment(ms),
    settle,
  };
}

type Effects = ReturnType<typeof playEffects>;

function playEffects(byHand: boolean) {
  let nextPid = 100;
  return {
    launches: createEffect<LaunchRequest, Launched>(byHand, (asked) =>
      launchedBy(asked, paneOf(++nextPid)),
    ),
    adoptions: createEffect<AdoptRequest, Adopted>(byHand, ({ restart }) => ({
      pane: paneOf(77),
      status: null,
      restart,
    })),
    readings: createEffect<SessionContext, StatusSeen | null>(byHand, () => null),
    pastes: createEffect<PasteRequest, void>(byHand, () => {}),
    presses: createEffect<PressRequest, void>(byHand, () => {}),
    endings: createEffect<ProcessIdentity | null, void>(byHand, () => {}),
    gone: createEffect<ProcessIdentity, void>(true, () => {}),
    looks: createEffect<LookRequest, TurnSeen>(byHand, () => NOTHING_SEEN),
  };
}

/** The effects of each session, by the system that its root makes. */
const effectsIn = new WeakMap<object, Effects>();
/** A machine with its effects is made once: that takes longer than most of what is tried with it. */
const machinesOverEffects = new WeakMap<typeof sessionMachine, typeof sessionMachine>();

function overEffects(machine: typeof sessionMachine): typeof sessionMachine {
  const known = machinesOverEffects.get(machine);
  if (known !== undefined) return known;
  const made = machine.provide({
    actors: {
      launch: fromPromise<Launched, LaunchRequest>(({ input, system }) =>
        playedIn(system).launches.ask(input),
      ),
      adopt: fromPromise<Adopted, AdoptRequest>(({ input, system }) =>
        playedIn(system).adoptions.ask(input),
      ),
      readStatus: fromPromise<StatusSeen | null, SessionContext>(({ input, system }) =>
        playedIn(system).readings.ask(input),
      ),
      paste: fromPromise<void, PasteRequest>(({ input, system }) =>
        playedIn(system).pastes.ask(input),
      ),
      press: fromPromise<void, PressRequest>(({ input, system }) =>
        playedIn(system).presses.ask(input),
      ),
      end: fromPromise<void, EndRequest>(({ input, system }) =>
        playedIn(system).endings.ask(input.process),
      ),
      confirmGone: fromPromise<void, ProcessIdentity | null>(({ input, system }) =>
        input === null ? new Promise<void>(() => {}) : playedIn(system).gone.ask(input),
      ),
      look: fromPromise<TurnSeen, LookRequest>(({ input, system }) =>
        playedIn(system).looks.ask(input),
      ),
    },
  });
  machinesOverEffects.set(machine, made);
  return made;
}

function playedIn(system: object): Effects {
  const effects = effectsIn.get(system);
  if (effects === undefined) throw new Error('this session is not under test');
  return effects;
}

/** Lets the promises of effects settle, and what they lead to. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Everything a session begins with: a test states only what matters to it. */
export function sessionInput(
  overrides: Partial<SessionInput> & Pick<SessionInput, 'chance'>,
): SessionInput {
  return {
    slot: { name: 'pool-0', kind: 'autonomous', index: 0, workdir: '/work', account: null },
    account: 'first',
    restart: {
      intensity: 2,
      periodMs: 60_000,
      poolIntensity: 50,
      backoffInitialMs: 1000,
      backoffFactor: 2,
      backoffMaxMs: 60_000,
      stableAfterMs: 60_000,
    },
    startTimeoutMs: 30_000,
    start: { kind: 'launch' },
    facts: null,
    crashTimes: [],
    unreadyTimes: [],
    isPoolHalted: false,
    isLeaving: false,
    task: null,
    ended: null,
    isCounted: false,
    tasks: {
      maxAttempts: 2,
      waitingTimeoutMs: 1_800_000,
      confirmTimeoutMs: 5000,
      stalledAfterMs: 3_600_000,
      stalledAction: 'report',
    },
    ...overrides,
  };
}

export const TASK = 't_01';
export const DONE = { kind: 'done', result: 'all is done' } as const satisfies TurnOutcome;
export const NOTHING_SEEN: TurnSeen = { prompted: false, outcome: null };

export function heldTask(overrides: Partial<HeldTask> = {}): HeldTask {
  return {
    id: TASK,
    fence: 1,
    project: '/project',
    conversation: null,
    attempts: 0,
    confirmed: false,
    ...overrides,
  };
}

/** What a launch that goes well comes to: a task's prompt goes as an argument. */
export function launchedBy(asked: LaunchRequest, pane: Pane): Launched {
  const { facts, task } = asked;
  const isUsed = task !== null && task.conversation === null && facts.hasTranscript;
  const isResumed = task !== null && task.conversation !== null;
  const conversation = isUsed ? asked.newConversation : (task?.conversation ?? facts.conversation);
  return {
    pane,
    mark: facts.mark,
    mode: isResumed ? 'resume' : 'new',
    hasTranscript: isResumed,
    conversation,
    workdir: task?.project ?? facts.workdir,
    delivery: task === null ? 'none' : 'argument',
    ended: null,
  };
}

export function chanceOf(timer: SimulatedClock, random = 0.5): SessionInput['chance'] {
  let ids = 0;
  const clock: Clock = {
    now: () => START + timer.now(),
    monotonicMs: () => timer.now(),
    bootId: 'boot',
  };
  return { clock, random: () => random, newId: () => `id-${++ids}` };
}

export function identity(pid: number): ProcessIdentity {
  return { pid, startTime: `${pid}` };
}

export function paneOf(pid: number): Pane {
  return { paneId: `%${pid}`, agent: identity(pid) };
}

export function refusal(code: FailoverError['code']): FailoverError {
  return new FailoverError(code, `refused: ${code}`);
}

/** What the client of the session's agent would say; by default about the session's conversation. */
export function statusOf(
  { agent, conversation, account }: SessionContext,
  overrides: Partial<AgentStatus>,
): AgentStatus {
  const { agent: said = agent ?? identity(0) } = overrides;
  return {
    conversation,
    account,
    status: 'idle',
    waitingFor: null,
    cwd: null,
    ...overrides,
    agent: said,
  };
}

/** Time passes in small steps: the simulated clock jumps, and would fire a chain of timers once. */
function pass(timer: SimulatedClock, ms: number): void {
  const step = Math.max(1, Math.min(100, ms));
  for (let done = 0; done < ms; done += step) timer.increment(Math.min(step, ms - done));
}

/** Innermost states whose own name does not say where they are. */
const LEAVES: Readonly<Record<string, string>> = {
  // A session blocked by another's waits for that one, an agent that waits for a person.
  'blocked.waiting': 'blocked',
  // With a task in hand it is another launch, and another look.
  'delivering.launching': 'relaunching',
  'running.looking': 'lookingBack',
  'running.turn': 'running',
  'waiting.asking': 'waiting',
  'waiting.looking': 'lookingAside',
};

function leafOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, inner] = ['', '']] = Object.entries(value as Record<string, unknown>);
  // So is a launch with another account before it.
  if (name === 'moving') return `moving.${inner}`;
  return LEAVES[`${name}.${inner}`] ?? leafOf(inner);
}

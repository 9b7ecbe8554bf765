import { SimulatedClock } from 'xstate';
import type { SessionContext, SessionInput } from '../../machines/session/types.ts';
import type { TaskNews } from '../../machines/tasks.ts';
import type { ModelEvent } from './session-model-events.ts';
import {
  type AccountName,
  INTENSITY,
  MAX_ATTEMPTS,
  type ModelState,
  type NewsWord,
  NO_TASK,
  type Where,
} from './session-model-state.ts';
import {
  chanceOf,
  DONE,
  identity,
  NOTHING_SEEN,
  paneOf,
  refusal,
  START,
  sessionInput,
  startTestSession,
  statusOf,
  type TestSession,
  type TestSessionOptions,
} from './test-session.ts';
import { limited } from './turn-failures.ts';

const NOBODY = 9999;

/** A real session machine that is to go the way of the model: no crash ever leaves the window. */
export function startDrivenSession(
  options: TestSessionOptions = {},
  overrides: Partial<SessionInput> = {},
): TestSession {
  const { restart, tasks } = sessionInput({ chance: chanceOf(new SimulatedClock()) });
  return startTestSession(
    {
      restart: { ...restart, intensity: INTENSITY, periodMs: 1e12, stableAfterMs: 1e12 },
      tasks: { ...tasks, maxAttempts: MAX_ATTEMPTS, stalledAction: 'restart' },
      ...overrides,
    },
    { byHand: true, ...options },
  );
}

let nextStranger = 900;
let nextPrompt = 0;

const DRIVES: { readonly [E in ModelEvent]: (t: TestSession) => void } = {
  'says idle': (t) => t.says('idle'),
  'says busy': (t) => t.says('busy'),
  'says waiting': (t) => t.says('waiting'),
  'says shell': (t) => t.says('shell'),
  'leaves, idle': (t) => t.says('idle', { conversation: `another-${++nextStranger}` }),
  'another says busy': (t) => t.says('busy', { agent: identity(NOBODY) }),
  dies: (t) => t.dies(),
  vanishes: (t) => t.dies({ cause: { kind: 'vanished' } }),
  'has no program': (t) => t.dies({ cause: { kind: 'exit', code: 127 } }),
  'has no directory': (t) => t.dies({ cause: { kind: 'exit', code: 113 } }),
  'an earlier one dies': (t) => t.dies({ pid: NOBODY }),
  'the leaving one dies': (t) => t.dies({ pid: t.context().previous?.pid ?? NOBODY }),
  'another is found': (t) => find(t, ++nextStranger),
  'the same is found': (t) => find(t, t.context().agent?.pid),
  'the leaving one is found': (t) => find(t, t.context().previous?.pid),
  'is renamed': (t) => rename(t, t.context().agent?.pid),
  'an earlier one is renamed': (t) => rename(t, NOBODY),
  'slot is freed': (t) => t.send({ type: 'slot.freed' }),
  'is assigned': (t) => t.assign({ project: '/work' }),
  'is assigned its own': (t) =>
    t.assign({ project: '/work', conversation: t.context().conversation }),
  'is assigned again': (t) => t.assign({ ...t.context().task }),
  'another is assigned': (t) => t.assign({ id: 't_02', fence: 2 }),
  'is prompted': (t) => t.prompted(),
  'another is prompted': (t) => t.prompted({ task: 't_02' }),
  'turn ends': (t) => t.ends(),
  'turn goes on': (t) => t.ends(DONE, { background: 1 }),
  'turn hits a limit': (t) => t.ends(freshLimit()),
  'that limit is told again': (t) => t.ends(knownLimit(t)),
  'is moved': (t) => t.move(t.context().account === 'first' ? 'second' : 'first'),
  'is parked': (t) => t.park(),
  'is cancelled': (t) => t.cancel(),
  'another is cancelled': (t) => t.cancel('t_02'),
  hold: (t) => t.send({ type: 'operator.hold' }),
  release: (t) => t.send({ type: 'operator.release' }),
  restart: (t) => t.send({ type: 'operator.restart' }),
  reset: (t) => t.send({ type: 'operator.reset' }),
  adopt: (t) => t.send({ type: 'operator.adopt', restart: false }),
  'adopt --restart': (t) => t.send({ type: 'operator.adopt', restart: true }),
  'launch succeeds': (t) => t.launches.answer(),
  'launch succeeds, to paste': (t) =>
    t.launches.answer({
      ...t.launches.usual(),
      mode: 'new',
      hasTranscript: false,
      delivery: 'paste',
    }),
  'launch finds an agent': (t) =>
    t.launches.answer({ ...t.launches.usual(), mode: 'found', delivery: 'none' }),
  'launch finds the end': (t) =>
    t.launches.answer({ ...t.launches.usual(), delivery: 'none', ended: DONE }),
  'launch finds a limit': (t) =>
    t.launches.answer({ ...t.launches.usual(), delivery: 'none', ended: freshLimit() }),
  'account is refused': (t) => t.launches.answer(refusal('ACCOUNT_UNAVAILABLE')),
  'launch fails': (t) => t.launches.answer(refusal('TMUX_COMMAND_FAILED')),
  'name is taken': (t) => t.launches.answer(refusal('TMUX_NAME_TAKEN')),
  'session was renamed': (t) => t.launches.answer(refusal('SESSION_RENAMED')),
  'launch is hopeless': (t) => t.launches.answer(refusal('COMMAND_NOT_FOUND')),
  'a person is there': (t) => t.launches.answer(refusal('DELIVERY_POSTPONED')),
  'the holder is gone': (t) => t.gone.answer(),
  'it is ended': (t) => t.endings.answer(),
  'it cannot be ended': (t) => t.endings.answer(refusal('AGENT_WILL_NOT_DIE')),
  'its end fails': (t) => t.endings.answer(refusal('TMUX_COMMAND_FAILED')),
  'it was taken away': (t) => t.endings.answer(refusal('SESSION_RENAMED')),
  'directory is missing': (t) => t.launches.answer(refusal('WORKDIR_MISSING')),
  'adoption succeeds': (t) =>
    t.adoptions.answer({ ...t.adoptions.usual(), pane: paneOf(++nextStranger) }),
  'adoption is refused': (t) => t.adoptions.answer(refusal('CONFLICT')),
  'file says idle': (t) =>
    t.readings.answer({ status: statusOf(t.context(), {}), hasTranscript: false }),
  'file says nothing': (t) => t.readings.answer(null),
  'file is unreadable': (t) => t.readings.answer(refusal('NOT_FOUND')),
  'paste succeeds': (t) => t.pastes.answer(),
  'paste is postponed': (t) => t.pastes.answer(refusal('DELIVERY_POSTPONED')),
  'paste fails': (t) => t.pastes.answer(refusal('TMUX_TIMED_OUT')),
  'press ends': (t) => t.presses.answer(),
  'press fails': (t) => t.presses.answer(refusal('TMUX_TIMED_OUT')),
  'look shows nothing': (t) => t.looks.answer(NOTHING_SEEN),
  'look shows the prompt': (t) => t.looks.answer({ prompted: true, outcome: null }),
  'look shows the end': (t) => t.looks.answer({ prompted: true, outcome: DONE }),
  'look shows a limit': (t) => t.looks.answer({ prompted: true, outcome: freshLimit() }),
  'look shows the known limit': (t) => t.looks.answer({ prompted: true, outcome: knownLimit(t) }),
  'look fails': (t) => t.looks.answer(refusal('DISK_FAILED')),
  'pool escalates': (t) => t.send({ type: 'pool.halted' }),
  'pool goes on': (t) => t.send({ type: 'pool.resumed' }),
  'wait elapses': (t) => t.jump(t.context().delayMs),
  'start times out': (t) => t.jump(t.context().startTimeoutMs),
  'confirm times out': (t) => t.jump(t.context().tasks.confirmTimeoutMs),
  'settle time elapses': (t) => t.jump(2000),
  'nobody answers': (t) => t.jump(t.context().tasks.waitingTimeoutMs),
  'nothing moves': (t) => t.jump(t.context().tasks.stalledAfterMs),
};

/** Lets the event happen to the real machine, and what follows from it come to rest; what it told. */
export async function drive(t: TestSession, event: ModelEvent): Promise<readonly NewsWord[]> {
  const told = t.reports.length;
  DRIVES[event](t);
  await t.settle();
  return t.reports.slice(told).flatMap((report) => {
    if (report.type === 'session.troubled') return ['troubled'];
    return report.type === 'session.task' ? [wordOf(report.report.news)] : [];
  });
}

/** Told without a time: reading one takes long, and this is done thousands of times. */
const OF_LIMIT = { message: "You've hit your session limit", at: START - 60_000 } as const;

/** A limit that nobody has heard of yet. */
function freshLimit() {
  return limited(`prompt-${++nextPrompt}`, OF_LIMIT);
}

/** The one of which the session knows. */
function knownLimit(t: TestSession) {
  return limited(t.context().trouble?.evidence.prompt ?? null, OF_LIMIT);
}

/** What the model must say, too. */
export interface ModelView extends Omit<ModelState, 'news' | 'reading' | 'adoptsAnew' | 'starts'> {
  readonly carries: boolean;
}

/** What of the model can be seen of the real machine. */
export function visible({ news, reading, adoptsAnew, starts, ...seen }: ModelState): ModelView {
  return {
    ...seen,
    byDeath: seen.byDeath && matters(seen),
    dead: seen.leaving && seen.dead,
    spared: seen.leaving && !seen.dead && seen.spared,
    byOperator: seen.leaving && !seen.dead && seen.byOperator,
    asks: seen.where === 'moving.launching' && seen.asks,
    carries: starts !== null,
  };
}

/** How an agent ended last matters to a task that has none now; nothing counts in a hold. */
function matters({ task, agent, held }: Pick<ModelState, 'task' | 'agent' | 'held'>): boolean {
  return task !== 'none' && !agent && !held;
}

/** What of the real machine the model speaks of. */
export function modelViewOf(t: TestSession): ModelView {
  const context = t.context();
  return {
    where: t.where() as Where,
    held: context.held,
    halted: context.isPoolHalted,
    agent: context.agent !== null,
    leaving: context.previous !== null,
    dead: isDead(context),
    comingUp: context.isComingUp,
    crashes: context.crashTimes.length,
    unready: context.unreadyTimes.length,
    launchFailures: context.launchFailures,
    said: context.said?.status ?? null,
    byDeath: endedByItself(context),
    used: context.hasTranscript,
    spared: isSpared(context),
    byOperator: mayLive(context) && context.launchReason === 'operator',
    unsure: context.launchFailure !== null,
    trouble: troubleWord(context),
    account: context.account as AccountName,
    from: context.movingFrom as AccountName | null,
    refused: context.refusal !== null,
    asks: t.where() === 'moving.launching' && context.launchReason === 'move',
    carries: t.snapshot().hasTag('launching') && t.where() !== 'adopting' && context.carries,
    ...taskView(context),
  };
}

function isDead({ previous, death }: SessionContext): boolean {
  return previous !== null && death?.pid === previous.pid;
}

function mayLive(context: SessionContext): boolean {
  return context.previous !== null && !isDead(context);
}

function isSpared(context: SessionContext): boolean {
  if (!mayLive(context)) return false;
  return context.launchReason === 'task' || context.launchReason === 'move';
}

function troubleWord({ trouble }: SessionContext): ModelState['trouble'] {
  if (trouble === null) return 'none';
  return trouble.isOver ? 'over' : 'open';
}

function taskView(context: SessionContext) {
  const { task, conversation, parting } = context;
  if (task === null) return NO_TASK;
  return {
    task: task.confirmed ? ('confirmed' as const) : ('unconfirmed' as const),
    begun: task.conversation !== null,
    here: task.conversation === conversation,
    attempts: task.attempts,
    counts: context.counts,
    mayHave: context.mayHavePrompt,
    unseen: context.mayRunUnseen,
    stopped: context.stopped !== null,
    given: context.given,
    presses: context.presses,
    parting: parting === null ? null : wordOf(parting),
  };
}

function endedByItself({ death, launchReason, ...known }: SessionContext): boolean {
  if (known.task === null || known.agent !== null || known.held) return false;
  return death !== null && (launchReason === 'crash' || launchReason === 'boot');
}

function wordOf(news: TaskNews): NewsWord {
  switch (news.kind) {
    case 'confirmed':
      return news.counts ? 'confirmed' : 'confirmed again';
    case 'failed':
      return news.retryable ? 'failed' : 'dead';
    case 'returned':
      return news.undelivered ? 'undelivered' : 'returned';
    default:
      return news.kind;
  }
}

function find(t: TestSession, pid = NOBODY): void {
  t.send({ type: 'agent.found', pane: paneOf(pid), mark: 'mark-found' });
}

function rename(t: TestSession, pid = NOBODY): void {
  t.send({ type: 'session.renamed', to: 'mine', agent: identity(pid) });
}

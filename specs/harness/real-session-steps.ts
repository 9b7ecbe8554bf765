import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type { AgentStatus, AgentStatusWord, ProcessIdentity } from '../../machines/ports.ts';
import type { SessionEvent } from '../../machines/session/types.ts';
import type { Signal } from '../../machines/signals.ts';
import { turnEndOf } from '../../supervisor/turn-end.ts';
import { attachOperator } from './attached-operator.ts';
import { readProcess } from './process-tree.ts';
import type { StartMode } from './real-place.ts';
import { type RealSession, TASK_ID } from './real-session.ts';
import {
  begin,
  conclude,
  endTurn,
  hitLimit,
  isGivenPrompt,
  isNext,
  kill,
  LOOKS,
  lead,
  leaveShell,
  losesPrompt,
  placeAgent,
  prepared,
  submit,
  untilBusy,
} from './real-session-agent.ts';
import type { ModelEvent } from './session-model-events.ts';
import { until } from './until.ts';

type Step = (s: RealSession) => void | Promise<void>;

/** How each event of the model comes about in a real session; what is not among them cannot be brought about. */
export const REAL_STEPS: { readonly [E in ModelEvent]?: Step } = {
  'says idle': (s) => says(s, 'idle'),
  'says busy': (s) => says(s, 'busy'),
  'says waiting': (s) => says(s, 'waiting'),
  'says shell': (s) => says(s, 'shell'),
  'leaves, idle': async (s) => {
    const before = (await lead(s, 'idle')).conversation;
    await submit(s, '/clear');
    const agent = s.agentOf();
    await hear(
      s,
      await s.status(agent, (one) => one.status === 'idle' && one.conversation !== before),
    );
  },
  'another says busy': async (s) => {
    const status = await s.status(s.agentOf());
    // Another client, which is as alive as that one: ours.
    const agent = s.place.processes.identify(process.pid);
    if (agent === null) throw new Error('this process does not live');
    s.t.send({
      type: 'agent.status',
      status: { ...status, agent, status: 'busy' },
      hasTranscript: false,
    });
  },
  dies: async (s) => {
    kill(s.agentOf());
    await s.reconcile('died');
  },
  vanishes: async (s) => {
    s.place.server.run('kill-session', '-t', `=${s.name}`);
    await s.reconcile('died');
  },
  'has no program': (s) => exits(s, 127),
  'has no directory': (s) => exits(s, 113),
  'another is found': async (s) => {
    await placeAgent(s);
    await s.reconcile('found');
  },
  // The listing was asked for before its launch.
  'the same is found': (s) => s.reconcile('found', { agent: null, previous: null }),
  'the leaving one is found': (s) => s.reconcile('found', { agent: null, previous: null }),
  'is renamed': async (s) => {
    rename(s);
    await s.reconcile('renamed');
  },
  'an earlier one is renamed': async (s) => {
    const one = s.place.processes.identify(process.pid);
    if (one !== null) s.t.send({ type: 'session.renamed', to: `${s.name}-mine`, agent: one });
  },
  'slot is freed': async (s) => {
    s.place.server.run('kill-session', '-t', `=${s.name}`);
    await s.reconcile('freed');
  },
  'is assigned': (s) => assign(s, {}),
  'is assigned its own': (s) => assign(s, { conversation: s.t.context().conversation }),
  'is assigned again': (s) => s.t.assign({ ...s.t.context().task }),
  'another is assigned': (s) => s.t.assign({ id: `t_${'1'.repeat(26)}`, fence: 2 }),
  'is prompted': async (s) => {
    if (s.t.where() === 'pasting') await s.effects.pastes.run();
    // What stood in its input box is sent off by a person, as late as that.
    if (s.t.where() === 'relaunching') await begin(s, `[task ${TASK_ID}] ${s.turn()}`);
    tell(s, await taken(s));
  },
  'another is prompted': async (s) => {
    const from = s.place.heard.length;
    await begin(s, s.turn());
    tell(s, await s.signal('prompted', from, ({ task }) => task === null));
  },
  'turn ends': async (s) => {
    tell(s, await endTurn(s, 'stopped'));
  },
  'turn goes on': async (s) => {
    const from = s.place.heard.length;
    await leaveShell(s);
    tell(s, await s.signal('stopped', from));
  },
  'turn hits a limit': async (s) => tell(s, s.late ?? (await hitLimit(s))),
  'that limit is told again': async (s) => tell(s, await s.signal('failed', 0)),
  'is moved': (s) => s.t.move(s.t.context().account === 'first' ? 'second' : 'first'),
  'is parked': (s) => s.t.park(),
  'is cancelled': (s) => s.t.cancel(TASK_ID),
  'another is cancelled': (s) => s.t.cancel(`t_${'1'.repeat(26)}`),
  'pool escalates': (s) => s.t.send({ type: 'pool.halted' }),
  'pool goes on': (s) => s.t.send({ type: 'pool.resumed' }),
  hold: (s) => s.t.send({ type: 'operator.hold' }),
  release: (s) => s.t.send({ type: 'operator.release' }),
  restart: (s) => s.t.send({ type: 'operator.restart' }),
  reset: (s) => s.t.send({ type: 'operator.reset' }),
  adopt: (s) => s.t.send({ type: 'operator.adopt', restart: false }),
  'adopt --restart': (s) => s.t.send({ type: 'operator.adopt', restart: true }),
  'launch succeeds': launch,
  'launch succeeds, to paste': async (s) => {
    s.isLong = true;
    await launch(s);
  },
  'launch finds an agent': async (s) => {
    const agent = await placeAgent(s);
    await s.status(agent);
    await launch(s);
  },
  'launch finds the end': async (s) => {
    await endTurn(s, 'stopped');
    await launch(s);
  },
  'launch fails': (s) =>
    s.place.without.tmux(() => s.effects.launches.fails('TMUX_UNREACHABLE', 'TMUX_TIMED_OUT')),
  'account is refused': (s) =>
    s.place.without.link(s.t.context().account, () =>
      s.effects.launches.fails('ACCOUNT_QUARANTINED'),
    ),
  'name is taken': async (s) => {
    takeName(s);
    await s.effects.launches.fails('TMUX_NAME_TAKEN');
  },
  'session was renamed': async (s) => {
    rename(s);
    await s.effects.launches.fails('SESSION_RENAMED');
  },
  'launch is hopeless': (s) =>
    s.place.without.client(() => s.effects.launches.fails('COMMAND_NOT_FOUND')),
  'directory is missing': (s) =>
    s.place.without.directory(s.workdir, () => s.effects.launches.fails('WORKDIR_MISSING')),
  'a person is there': async (s) => {
    const { server } = s.place;
    const person = await attachOperator({ socketPath: server.path, env: process.env }, s.name);
    await until(person.screen, { withinMs: 5000, what: 'the session on a screen' });
    await s.effects.launches.fails('DELIVERY_POSTPONED');
    await person.detach();
  },
  'the holder is gone': async (s) => {
    const holder = s.effects.gone.asked();
    if (holder) await s.place.processes.end(holder, 0);
    await s.effects.gone.succeeds();
  },
  'it is ended': async (s) => void (await s.effects.endings.succeeds()),
  'its end fails': (s) =>
    s.place.without.tmux(() => s.effects.endings.fails('TMUX_UNREACHABLE', 'TMUX_TIMED_OUT')),
  'it was taken away': async (s) => {
    rename(s);
    await s.effects.endings.fails('SESSION_RENAMED');
  },
  'adoption succeeds': async (s) => {
    s.place.server.run('kill-session', '-t', `=${s.name}`);
    const command = await prepared(s);
    s.place.server.run('new-session', '-d', '-s', s.name, '-c', s.workdir, ...command);
    const { agent } = await s.place.tmux.activePane(s.name);
    s.note(agent);
    await s.status(agent);
    await s.effects.adoptions.succeeds();
  },
  'adoption is refused': (s) => s.effects.adoptions.fails('CONFLICT'),
  'file says idle': async (s) => {
    await lead(s, 'idle');
    await s.effects.readings.succeeds();
  },
  'file is unreadable': async (s) => {
    const { status } = await s.status(s.agentOf());
    if (status === 'busy') await untilAtWork(s);
    await s.place.without.transcripts(() => s.effects.readings.fails('DISK_FAILED', 'ENOTDIR'));
  },
  'paste succeeds': async (s) => {
    // A person empties its input box before Enter is pressed.
    s.isEmptied = isNext(s, 'look shows nothing', LOOKS);
    await s.effects.pastes.succeeds();
    s.isEmptied = false;
  },
  'paste is postponed': async (s) => {
    await lead(s, 'busy');
    await s.effects.pastes.fails('DELIVERY_POSTPONED');
  },
  'paste fails': async (s) => {
    await s.type('a half-typed line');
    await s.effects.pastes.fails('DELIVERY_FAILED');
  },
  'press ends': async (s) => void (await s.effects.presses.succeeds()),
  'press fails': async (s) => {
    kill(s.agentOf());
    await until(async () => !(await s.hasAgent()), { withinMs: 5000, what: 'no agent in it' });
    await s.effects.presses.fails('DELIVERY_FAILED', 'NOT_FOUND');
  },
  'look shows nothing': look,
  'look shows the prompt': async (s) => {
    await untilWritten(s, s.t.context().conversation);
    await look(s);
  },
  'look shows the end': async (s) => {
    await untilBegun(s);
    await conclude(s);
    await look(s);
  },
  'look shows a limit': async (s) => {
    await untilBegun(s);
    await conclude(s, 'look shows a limit');
    await look(s);
  },
  'look shows the known limit': look,
  'look fails': async (s) => {
    const file = s.place.transcriptOf(s.workdir, s.t.context().conversation);
    const isThere = existsSync(file);
    if (isThere) renameSync(file, `${file}.away`);
    // Something is there, and cannot be read.
    mkdirSync(file, { recursive: true });
    await s.effects.looks.fails('DISK_FAILED', 'EISDIR');
    rmSync(file, { recursive: true });
    if (isThere) renameSync(`${file}.away`, file);
  },
  'wait elapses': (s) => s.t.jump(s.t.context().delayMs),
  'start times out': (s) => s.t.jump(s.t.context().startTimeoutMs),
  'confirm times out': (s) => s.t.jump(s.t.context().tasks.confirmTimeoutMs),
  'settle time elapses': (s) => s.t.jump(2000),
  'nobody answers': (s) => s.t.jump(s.t.context().tasks.waitingTimeoutMs),
  'nothing moves': (s) => s.t.jump(s.t.context().tasks.stalledAfterMs),
};

const PASTES: readonly ModelEvent[] = ['paste succeeds', 'paste is postponed', 'paste fails'];
const ENDS: readonly ModelEvent[] = ['dies', 'vanishes'];
const LAUNCHES: readonly ModelEvent[] = ['launch succeeds', 'launch succeeds, to paste'];
const FIRST_WORDS: readonly ModelEvent[] = [
  'says idle',
  'says busy',
  'says waiting',
  'says shell',
  'leaves, idle',
  'is prompted',
  'start times out',
];

/** Lets this come about, and the machine hear it. */
export async function bringAbout(s: RealSession, event: ModelEvent): Promise<void> {
  await untilTaken(s, event);
  await untilLimited(s, event);
  await REAL_STEPS[event]?.(s);
}

/** Its signal of a limit is to come after its end. */
async function untilLimited(s: RealSession, event: ModelEvent): Promise<void> {
  const isLate = isNext(s, 'turn hits a limit', ['turn hits a limit', ...LAUNCHES]);
  if (isLate && ENDS.includes(event)) s.late = await hitLimit(s);
}

/** Its signal that it has the prompt is to come later: it must have sent it before anything else happens. */
async function untilTaken(s: RealSession, event: ModelEvent): Promise<void> {
  const { agent, task } = s.t.context();
  if (agent === null || task === null || task.confirmed || PASTES.includes(event)) return;
  const before = ['is prompted', 'look shows nothing', ...LAUNCHES] as const;
  if (event === 'is prompted' || LOOKS.includes(event)) return;
  if (!isNext(s, 'is prompted', before)) return;
  if (s.t.where() === 'pasting') await s.effects.pastes.run();
  await taken(s);
}

/** Its signal that it has the prompt of the task, which it says a little before it writes it down. */
async function taken(s: RealSession): Promise<Signal> {
  const signal = await s.signal('prompted', 0, ({ task }) => task === TASK_ID);
  await untilWritten(s, signal.conversation);
  return signal;
}

/** A client that has just been started may not have come to its prompt yet: nothing can end then. */
async function untilBegun(s: RealSession): Promise<void> {
  await untilWritten(s, s.t.context().conversation);
}

async function untilWritten({ place }: RealSession, conversation: string): Promise<void> {
  await until(async () => (await place.agent.turnOf(conversation, TASK_ID)).prompted, {
    withinMs: 5000,
    what: 'the prompt in the transcript',
  });
}

async function launch(s: RealSession): Promise<void> {
  const mode = startMode(s);
  const isGiven = isGivenPrompt(s) && !s.isLong && mode === 'usual';
  s.place.startsAs(mode);
  const { pane } = await s.effects.launches.succeeds();
  s.note(pane.agent);
  if (isGiven) await untilBusy(s, pane.agent);
  if (mode !== 'usual') await untilStarted(pane.agent);
  s.place.startsAs('usual');
  s.isLong = false;
}

/** Its turn is written down as far as it goes: a client that cannot write ends of that. */
async function untilAtWork({ name, place }: RealSession): Promise<void> {
  const shown = () => place.server.run('capture-pane', '-p', '-J', '-t', `=${name}:`);
  await until(() => shown().includes('half of it is'), {
    withinMs: 5000,
    what: `the turn of ${name} on its screen`,
  });
}

/** The script before the client has looked how that is to start. */
async function untilStarted({ pid }: ProcessIdentity): Promise<void> {
  await until(() => readProcess(pid)?.argv[0] === process.execPath, {
    withinMs: 5000,
    what: `the client of ${pid}`,
  });
}

/** An agent that is too late has never been at its prompt; one that took no prompt has lost it. */
function startMode(s: RealSession): StartMode {
  if (isNext(s, 'start times out', FIRST_WORDS)) return 'never-ready';
  return losesPrompt(s) ? 'deaf' : 'usual';
}

async function look(s: RealSession): Promise<void> {
  await s.effects.looks.succeeds();
}

function assign(s: RealSession, more: { readonly conversation?: string }): void {
  s.isLong = isNext(s, 'launch succeeds, to paste', LAUNCHES);
  s.t.assign({ id: TASK_ID, project: s.workdir, ...more });
}

/** Brings its agent to say this, whatever it does, and the machine hears it. */
async function says(s: RealSession, word: AgentStatusWord): Promise<void> {
  await hear(s, await lead(s, word));
}

async function hear(s: RealSession, status: AgentStatus): Promise<void> {
  s.t.send({ type: 'agent.status', status, hasTranscript: await s.hasTranscript(status) });
}

async function exits(s: RealSession, code: number): Promise<void> {
  await begin(s, `[[demo:exit ${code}]]`);
  await s.reconcile('died');
}

/** An operator gives its session another name. */
export function rename({ name, place }: RealSession): void {
  place.server.run('rename-session', '-t', `=${name}`, `${name}-${randomUUID()}`);
}

/** An operator's session has its name. */
function takeName({ name, place, has }: Pick<RealSession, 'name' | 'place' | 'has'>): void {
  if (has()) place.server.run('kill-session', '-t', `=${name}`);
  place.server.run('new-session', '-d', '-s', name, 'cat', '-');
}

function tell(s: RealSession, signal: Signal): void {
  const event = eventOf(signal);
  if (event !== null) s.t.send(event);
}

/** As the supervisor hears it. */
function eventOf(signal: Signal): SessionEvent | null {
  const { conversation, at } = signal;
  if (signal.kind === 'prompted') {
    return { type: 'agent.prompted', conversation, task: signal.task, at };
  }
  const end = turnEndOf(signal);
  return end === null ? null : { type: 'turn.ended', conversation, ...end };
}

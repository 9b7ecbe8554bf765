import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SimulatedClock, assign as set } from 'xstate';
import { sessionMachine } from '../../machines/session/machine.ts';
import { startTaskWorld, type TaskWorld } from '../harness/task-agents.ts';
import { chanceOf, DONE, sessionInput } from '../harness/test-session.ts';
import { BROKEN, limited } from '../harness/turn-failures.ts';

type Machine = typeof sessionMachine;
type Happens = (world: TaskWorld, which: number) => void;

const VERBS = ['hold', 'release', 'restart', 'reset'] as const;
const STATUSES = ['idle', 'busy', 'waiting'] as const;
const TIMES = [1000, 2000, 5000, 30_000, 1_800_000] as const;
const REFUSALS = [
  'ACCOUNT_UNAVAILABLE',
  'ACCOUNT_QUARANTINED',
  'COMMAND_NOT_FOUND',
  'AGENT_WILL_NOT_DIE',
  'WORKDIR_MISSING',
  'TMUX_NAME_TAKEN',
] as const;

let tasks = 0;
let limits = 0;
function assign({ t }: TaskWorld, which: number): void {
  tasks += 1;
  const conversation = which === 3 ? t.context().conversation : null;
  t.assign({
    id: `t_${tasks}`,
    fence: tasks,
    project: which % 2 === 0 ? '/work' : '/project',
    conversation,
  });
}

function hitLimit(world: TaskWorld, isHeard: boolean): void {
  limits += 1;
  world.endTurn(limited(`prompt-${limits}`), isHeard);
}

/** Whatever is waited for comes. */
function goesWell(world: TaskWorld, which: number): void {
  world.launch(which === 0 ? 'paste' : 'argument');
  world.paste('well');
  world.press();
  world.look(true);
  world.adopt();
  world.end('well');
  if (['moving.awaiting', 'parked'].some(world.isIn)) world.t.move();
  if (['booting', 'coming', 'arriving'].some(world.isIn)) world.says('idle');
  const waits = ['backingOff', 'delayed', 'moving.delayed', 'settling'];
  if (waits.some(world.isIn)) world.t.jump(60_000);
}

const HAPPENINGS = {
  'a task is assigned': assign,
  'its task is cancelled': ({ t }) => t.cancel(t.context().task?.id),
  'what is under way goes well': goesWell,
  'a launch succeeds': (world, which) => world.launch(which === 0 ? 'paste' : 'argument'),
  "a launch's answer is lost": (world) => world.loseLaunch(),
  'a launch is refused': (world, which) => world.refuseLaunch(pick(REFUSALS, which)),
  'a paste succeeds': (world) => world.paste('well'),
  'a paste is postponed': (world) => world.paste('postponed'),
  "a paste's answer is lost": (world) => world.paste('lost'),
  'a press ends': (world) => world.press(),
  'the transcript is read': (world) => world.look(true),
  'the transcript cannot be read': (world) => world.look(false),
  'an adoption succeeds': (world) => world.adopt(),
  'its client says a word': (world, which) => world.says(pick(STATUSES, which)),
  'a prompt is taken': (world) => world.takePrompt(true),
  'a prompt is taken unheard': (world) => world.takePrompt(false),
  'a turn ends': (world, which) => world.endTurn(which === 0 ? BROKEN : DONE, true),
  'a turn hits a limit': (world) => hitLimit(world, true),
  'a turn hits a limit unheard': (world) => hitLimit(world, false),
  'it is ordered elsewhere': ({ t }, which) => t.move(which % 2 === 0 ? 'first' : 'second'),
  'it is ordered to park': ({ t }) => t.park(),
  'its agent is ended': (world) => world.end('well'),
  'its agent will not end': (world) => world.end('not'),
  'a turn ends unheard': (world) => world.endTurn(DONE, false),
  'a turn is interrupted': (world) => world.endTurn({ kind: 'interrupted' }, false),
  'a person clears': (world) => world.clear(),
  'its agent is killed': (world) => world.die('killed'),
  'its agent vanishes': (world) => world.die('vanished'),
  'its agent outlives its pane': (world) => world.die('outlives'),
  'the pane of the agent that is to end closes': (world) => world.closePane(),
  'an agent is found': (world) => world.find(),
  'its session is renamed': (world) => world.rename(),
  'a verb': ({ t }, which) => t.send({ type: `operator.${pick(VERBS, which)}` }),
  'an adoption is asked for': ({ t }) => t.send({ type: 'operator.adopt', restart: false }),
  'its name is freed': ({ t }) => t.send({ type: 'slot.freed' }),
  'time passes': ({ t }, which) => t.jump(pick(TIMES, which)),
} as const satisfies Record<string, Happens>;
type Kind = keyof typeof HAPPENINGS;

/** Seldom enough that most sequences come to a task that is worked on. */
const WEIGHTS: { readonly [K in Kind]?: number } = {
  'what is under way goes well': 30,
  'a task is assigned': 20,
  'a prompt is taken': 12,
  'its client says a word': 8,
  'time passes': 6,
  'its task is cancelled': 2,
  'a turn hits a limit': 6,
  'the pane of the agent that is to end closes': 6,
  'a launch is refused': 2,
  'its agent will not end': 1,
};

const happening = fc.record({
  kind: fc.oneof(
    ...(Object.keys(HAPPENINGS) as Kind[]).map((kind) => ({
      weight: WEIGHTS[kind] ?? 2,
      arbitrary: fc.constant(kind),
    })),
  ),
  which: fc.nat(4),
});
const happenings = fc.array(happening, { size: 'max', maxLength: 80 });

const inTurn = (...kinds: readonly Kind[]) => kinds.map((kind) => ({ kind, which: 1 }));
/** The agent at its limit goes on without its pane, where no launch would see it. */
const AT_LIMIT_WITHOUT_PANE = inTurn(
  'what is under way goes well',
  'what is under way goes well',
  'a task is assigned',
  'what is under way goes well',
  'a prompt is taken',
  'a turn hits a limit',
  'the pane of the agent that is to end closes',
  'it is ordered elsewhere',
  'a launch succeeds',
);

/** Its agent asks somebody, and the end of its turn is never heard. */
const ASKED_AND_UNHEARD = [
  ...inTurn('what is under way goes well', 'what is under way goes well', 'a task is assigned'),
  ...inTurn('what is under way goes well', 'a prompt is taken'),
  { kind: 'its client says a word', which: 0 } as const,
  ...inTurn('what is under way goes well', 'what is under way goes well', 'a turn ends unheard'),
];

const ENDS = new Set(['completed', 'failed', 'returned', 'cancelled']);

function keepsItsPromises(machine: Machine) {
  return fc.asyncProperty(happenings, async (sequence) => {
    const world = startTaskWorld(patient(), { machine });
    const first = tasks;
    for (const { kind, which } of sequence) {
      HAPPENINGS[kind](world, which);
      await world.settle();
      expectToldOnceAtMost(world);
      expect(world.doubles()).toEqual([]);
    }
    await comeToRest(world);
    expect(world.breaches).toEqual([]);
    expect([...endsOf(world).values()]).toEqual(Array(tasks - first).fill(1));
    expect(world.t.context().task).toBeNull();
    world.t.root.stop();
  });
}

/** No crash is one too many, so that most of a sequence is not spent in a failed session. */
function patient() {
  const input = sessionInput({ chance: chanceOf(new SimulatedClock()) });
  return { restart: { ...input.restart, intensity: 20 } };
}

/** What each lease was told to have come to, how often. */
function endsOf({ t }: TaskWorld): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  for (const { lease, news } of t.taskReports()) {
    if (ENDS.has(news.kind)) ends.set(lease.fence, (ends.get(lease.fence) ?? 0) + 1);
  }
  return ends;
}

function expectToldOnceAtMost(world: TaskWorld): void {
  const ends = endsOf(world);
  expect([...ends.values()].filter((times) => times > 1)).toEqual([]);
  const { task } = world.t.context();
  // What it holds has not ended, and what has ended it does not hold.
  if (task !== null) expect(ends.get(task.fence)).toBeUndefined();
}

/** From now on all goes well, and whatever needs a person gets one. */
async function comeToRest(world: TaskWorld): Promise<void> {
  const { t } = world;
  const helps: readonly (() => void)[] = [
    () => t.context().held && t.send({ type: 'operator.release' }),
    () => t.value() === 'failed' && t.send({ type: 'operator.reset' }),
    () => world.isIn('blocked') && t.send({ type: 'slot.freed' }),
    () => world.adopt(),
    () => world.end('well'),
    () => ['moving.awaiting', 'parked'].some(world.isIn) && t.move(),
    () => world.launch(),
    () => world.paste('well'),
    () => world.press(),
    () => world.look(true),
    () => world.takePrompt(true),
    () => world.endTurn(DONE, true),
    () => world.says('idle'),
    () => t.jump(30_000),
    () => ['waiting', 'asked', 'lingering'].some(world.isIn) && t.jump(1_800_000),
  ];
  for (let round = 0; round < 12 && !isAtRest(world); round++) {
    for (const help of helps) {
      help();
      await world.settle();
      expectToldOnceAtMost(world);
    }
  }
}

function isAtRest({ t }: TaskWorld): boolean {
  return t.context().task === null && t.where() === 'ready';
}

function pick<T>(from: readonly [T, ...T[]], which: number): T {
  return from[which % from.length] ?? from[0];
}

test('a task is told of once, and as given back or failed only when no agent can have its prompt', async () => {
  await fc.assert(keepsItsPromises(sessionMachine), {
    numRuns: 400,
    examples: [[AT_LIMIT_WITHOUT_PANE], [ASKED_AND_UNHEARD]],
  });
}, 120_000);

test.each<readonly [string, Parameters<Machine['provide']>[0]]>([
  ['does not know what a paste leaves', { actions: { givePaste: () => {} } }],
  ['forgets the agent that is to end', { actions: { prepareRelaunch: () => {} } }],
  ['forgets what a launch took along', { actions: { noteCarries: () => {} } }],
  ['believes that nothing was typed', { guards: { isPostponed: () => true } }],
  ['refuses no task', { actions: { refuseTask: () => {} } }],
  ['hears no end', { actions: { endTurn: () => {} } }],
  ['takes idle for the end', { guards: { saysIdleInTask: () => false } }],
  ['believes any lease to be its own', { guards: { isOurLease: () => true } }],
  ['forgets the agent at the limit', { actions: { leaveAgent: set({ agent: null }) } }],
  [
    'forgets the agent that it moves away from',
    { actions: { move: set({ agent: null, previous: null }) } },
  ],
])(
  'a machine that %s is found out',
  async (_, broken) => {
    const outcome = await fc.check(keepsItsPromises(sessionMachine.provide(broken)), {
      // A mutant proves the sequences, not the luck of a run.
      seed: 1,
      numRuns: 300,
      examples: [[AT_LIMIT_WITHOUT_PANE]],
      endOnFailure: true,
    });
    expect(outcome.failed).toBe(true);
  },
  120_000,
);

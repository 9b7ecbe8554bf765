import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionMachine } from '../../machines/session/machine.ts';
import { drive, modelViewOf, startDrivenSession, visible } from '../harness/session-driver.ts';
import { nextState } from '../harness/session-model.ts';
import { isPossible, MODEL_EVENTS, type ModelEvent } from '../harness/session-model-events.ts';
import { DELIVERS, MOVES, RUNS_AN_AGENT, WORKS } from '../harness/session-model-places.ts';
import { FIRST_STATE, type Where } from '../harness/session-model-state.ts';
import type { TestSession } from '../harness/test-session.ts';

type Machine = typeof sessionMachine;

/** What leads nowhere else is rare, or most of a sequence would be spent there. */
const WEIGHTS: { readonly [E in ModelEvent]?: number } = {
  'launch succeeds': 60,
  'launch succeeds, to paste': 20,
  'says idle': 20,
  'is assigned': 40,
  'is assigned its own': 20,
  'is prompted': 20,
  'paste succeeds': 20,
  'confirm times out': 20,
  'look shows nothing': 20,
  'settle time elapses': 40,
  'launch is hopeless': 1,
  'it cannot be ended': 1,
  'it is ended': 20,
  'turn hits a limit': 8,
  'is moved': 20,
  'is parked': 8,
  'wait elapses': 20,
  reset: 6,
  release: 6,
};
const events = fc.array(
  fc.oneof(
    ...MODEL_EVENTS.map((event) => ({
      weight: WEIGHTS[event] ?? 4,
      arbitrary: fc.constant(event),
    })),
  ),
  { size: 'max', maxLength: 80 },
);

/** Ways that chance seldom takes, and on which some machines go wrong. */
const RARE_WAYS: [ModelEvent[]][] = [
  [['launch succeeds', 'says idle', 'is moved', 'account is refused']],
  [['account is refused', 'another is prompted']],
  [['launch succeeds', 'says idle', 'is assigned its own', 'is renamed']],
  [
    [
      ...(['launch succeeds', 'leaves, idle', 'is assigned its own', 'is prompted'] as const),
      ...(['turn ends', 'is assigned'] as const),
    ],
  ],
  [
    [
      ...(['launch succeeds', 'says idle', 'is assigned', 'is prompted'] as const),
      ...(['turn hits a limit', 'another is found', 'says idle', 'settle time elapses'] as const),
      ...(['look shows the known limit', 'says idle'] as const),
    ],
  ],
];

function agrees(machine: Machine) {
  return fc.asyncProperty(events, async (sequence) => {
    const t = startDrivenSession({ machine });
    let state = FIRST_STATE;
    for (const event of sequence) {
      if (!isPossible(state, event)) continue;
      const told = await drive(t, event);
      state = nextState(state, event);
      expect({ told, ...modelViewOf(t) }).toEqual({ told: state.news, ...visible(state) });
      expectSound(t);
    }
    t.root.stop();
  });
}

/** A task that cannot run leaves a move to an ordinary launch. */
const MAY_BE_ON_ITS_WAY: readonly Where[] = [
  'moving.launching',
  'moving.delayed',
  'launching',
  'delayed',
];

/** What must be true of a session at any time, whatever has happened to it. */
function expectSound(t: TestSession): void {
  const { agent, failure, reason, held } = t.context();
  const where = t.where() as Where;
  expect(RUNS_AN_AGENT.includes(where) && agent === null).toBe(false);
  expect(failure !== null).toBe(where === 'failed');
  expect(RUNS_AN_AGENT.includes(where) && held).toBe(false);
  if (['failed', 'blocked', 'backingOff', 'delayed'].includes(where)) expect(reason).not.toBeNull();
  if (RUNS_AN_AGENT.includes(where)) expect(reason).toBeNull();
  expect(t.facts()).toMatchObject({ agent, held });
  expectSoundTask(t);
  expectSoundAccount(t);
}

function expectSoundTask(t: TestSession): void {
  const { task, parting } = t.context();
  const where = t.where() as Where;
  if (DELIVERS.includes(where)) expect(task).not.toBeNull();
  if (where === 'ready') expect(task).toBeNull();
  if (WORKS.includes(where) && task !== null) expect(task.confirmed).toBe(true);
  if (task === null || RUNS_AN_AGENT.includes(where)) expect(parting).toBeNull();
}

function expectSoundAccount(t: TestSession): void {
  const { agent, task, account, movingFrom } = t.context();
  const where = t.where() as Where;
  // Where its agent may still live, until it is known to be elsewhere.
  expect(t.facts()?.account).toBe(movingFrom ?? account);
  if (movingFrom !== null) expect(MAY_BE_ON_ITS_WAY).toContain(where);
  if (!MOVES.includes(where)) return;
  expect(Object.keys(t.value())).toEqual([task === null ? 'idle' : 'working']);
  expect(agent).toBeNull();
}

test('whatever happens in whatever order, the machine goes where the model goes', async () => {
  await fc.assert(agrees(sessionMachine), { numRuns: 300, examples: RARE_WAYS });
}, 300_000);

test.each<readonly [string, Machine]>([
  ['forgets a hold', sessionMachine.provide({ guards: { isHeld: () => false } })],
  ['believes any death', sessionMachine.provide({ guards: { isOurDeath: () => true } })],
  ['hears any client', sessionMachine.provide({ guards: { isAnothersWord: () => false } })],
  ['takes any agent for new', sessionMachine.provide({ guards: { isKnownAgent: () => false } })],
  ['never gives up', sessionMachine.provide({ guards: { hasGivenUp: () => false } })],
  ['never despairs of a launch', sessionMachine.provide({ guards: { isHopeless: () => false } })],
  ['does not save', sessionMachine.provide({ actions: { report: () => {} } })],
  ['does not forgive', sessionMachine.provide({ actions: { forgive: () => {} } })],
  ['hears no prompt', sessionMachine.provide({ actions: { confirm: () => {} } })],
  ['hears any prompt', sessionMachine.provide({ guards: { confirmsTask: () => true } })],
  ['never parts', sessionMachine.provide({ actions: { part: () => {} } })],
  ['stays in the conversation', sessionMachine.provide({ actions: { partWays: () => {} } })],
  ['always pastes', sessionMachine.provide({ guards: { canPaste: () => true } })],
  ['hears of no limit', sessionMachine.provide({ guards: { tellsTrouble: () => false } })],
  ['stays with a task that is stuck', sessionMachine.provide({ guards: { isStuck: () => false } })],
  ['goes in the middle of a turn', sessionMachine.provide({ guards: { canLeave: () => true } })],
  ['takes any agent back', sessionMachine.provide({ guards: { isTakenUp: () => true } })],
  ['parks beside its agent', sessionMachine.provide({ guards: { hasNobodyToEnd: () => true } })],
  ['never asks who is there', sessionMachine.provide({ guards: { isMovePostponed: () => false } })],
  ['lets a refused restart go on', sessionMachine.provide({ guards: { keepsAgent: () => false } })],
  ['keeps any agent', sessionMachine.provide({ guards: { keepsAgent: () => true } })],
  [
    'looks at its dialog always',
    sessionMachine.provide({ guards: { saysSameAgain: () => false } }),
  ],
  ['says of no refusal', sessionMachine.provide({ actions: { noteRefusal: () => {} } })],
  ['tells nobody', sessionMachine.provide({ actions: { leaveToOperator: () => {} } })],
])(
  'a machine that %s is found out',
  async (_, mutant) => {
    // A mutant proves the sequences, not the luck of a run.
    const search = { seed: 1, numRuns: 3000, endOnFailure: true, examples: RARE_WAYS };
    const outcome = await fc.check(agrees(mutant), search);
    expect(outcome.failed).toBe(true);
  },
  300_000,
);

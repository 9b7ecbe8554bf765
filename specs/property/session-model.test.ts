import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionMachine } from '../../machines/session/machine.ts';
import { drive, modelViewOf, startDrivenSession } from '../harness/session-driver.ts';
import {
  FIRST_STATE,
  isPossible,
  MODEL_EVENTS,
  type ModelEvent,
  nextState,
} from '../harness/session-model.ts';
import type { TestSession } from '../harness/test-session.ts';

type Machine = typeof sessionMachine;

/** What leads nowhere else is rare, or most of a sequence would be spent there. */
const WEIGHTS: { readonly [E in ModelEvent]?: number } = {
  'launch succeeds': 30,
  'launch is hopeless': 1,
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

const RUNS_AN_AGENT = ['booting', 'ready', 'running', 'waiting'];

function agrees(machine: Machine) {
  return fc.asyncProperty(events, async (sequence) => {
    const t = startDrivenSession({ machine });
    let state = FIRST_STATE;
    for (const event of sequence) {
      if (!isPossible(state, event)) continue;
      await drive(t, event);
      state = nextState(state, event);
      const { reading, adoptsAnew, ...expected } = state;
      expect(modelViewOf(t)).toEqual(expected);
      expectSound(t);
    }
    t.root.stop();
  });
}

/** What must be true of a session at any time, whatever has happened to it. */
function expectSound(t: TestSession): void {
  const { agent, failure, reason, held } = t.context();
  const where = t.where();
  expect(RUNS_AN_AGENT.includes(where) && agent === null).toBe(false);
  expect(failure !== null).toBe(where === 'failed');
  expect(RUNS_AN_AGENT.includes(where) && held).toBe(false);
  if (['failed', 'blocked', 'backingOff', 'delayed'].includes(where)) expect(reason).not.toBeNull();
  if (RUNS_AN_AGENT.includes(where)) expect(reason).toBeNull();
  expect(t.facts()).toMatchObject({ agent, held });
}

test('whatever happens in whatever order, the machine goes where the model goes', async () => {
  await fc.assert(agrees(sessionMachine), { numRuns: 300 });
}, 60_000);

test.each<readonly [string, Machine]>([
  ['forgets a hold', sessionMachine.provide({ guards: { isHeld: () => false } })],
  ['believes any death', sessionMachine.provide({ guards: { isOurDeath: () => true } })],
  ['hears any client', sessionMachine.provide({ guards: { isAnothersWord: () => false } })],
  ['takes any agent for new', sessionMachine.provide({ guards: { isKnownAgent: () => false } })],
  ['never gives up', sessionMachine.provide({ guards: { hasGivenUp: () => false } })],
  ['never despairs of a launch', sessionMachine.provide({ guards: { isHopeless: () => false } })],
  ['does not save', sessionMachine.provide({ actions: { report: () => {} } })],
  ['does not forgive', sessionMachine.provide({ actions: { forgive: () => {} } })],
])(
  'a machine that %s is found out',
  async (_, mutant) => {
    const outcome = await fc.check(agrees(mutant), { numRuns: 300, endOnFailure: true });
    expect(outcome.failed).toBe(true);
  },
  60_000,
);

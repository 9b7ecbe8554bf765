import { expect, test } from '@jest/globals';
import { EXIT, exitCodeOf } from '../../../cli/exit-codes.ts';
import { FailoverError } from '../../../config/errors.ts';
import type { OperatorVerb } from '../../../machines/session/types.ts';
import { decideVerb } from '../../../supervisor/verbs.ts';
import { drive, startDrivenSession } from '../../harness/session-driver.ts';
import type { ModelEvent } from '../../harness/session-model-events.ts';
import type { Where } from '../../harness/session-model-state.ts';
import type { TestSession } from '../../harness/test-session.ts';

/** What a verb comes to, and the exit code with which the command line says so. */
const OUTCOMES = { done: EXIT.OK, already: EXIT.OK, refused: EXIT.UNAVAILABLE } as const;
type Outcome = keyof typeof OUTCOMES;

const VERBS = ['hold', 'release', 'restart', 'reset', 'adopt'] as const;

const UP: readonly ModelEvent[] = ['launch succeeds', 'says idle'];
const AT_WORK: readonly ModelEvent[] = [...UP, 'is assigned', 'is prompted', 'says busy'];
const CRASHED: readonly ModelEvent[] = [...UP, 'dies'];
const FAILED: readonly ModelEvent[] = [...CRASHED, 'wait elapses', ...CRASHED];
const LIMITED: readonly ModelEvent[] = [...UP, 'is assigned', 'is prompted', 'turn hits a limit'];

/** A state, how to get there, and what becomes of `hold, release, restart, reset, adopt` in it. */
const TABLE: readonly (readonly [string, Where, readonly ModelEvent[], readonly Outcome[]])[] = [
  // Nothing happened to it yet.
  ['it starts', 'launching', [], ['done', 'already', 'already', 'already', 'already']],
  [
    'it comes up',
    'booting',
    ['launch succeeds'],
    ['done', 'already', 'done', 'already', 'already'],
  ],
  ['it is ready', 'ready', UP, ['done', 'already', 'done', 'already', 'already']],
  [
    'it is given a task',
    'pasting',
    [...UP, 'is assigned'],
    ['done', 'already', 'done', 'already', 'already'],
  ],
  ['it works', 'running', AT_WORK, ['done', 'already', 'done', 'already', 'already']],
  [
    'it asks',
    'waiting',
    [...AT_WORK, 'says waiting'],
    ['done', 'already', 'done', 'already', 'already'],
  ],
  // Something counts against it.
  [
    'its launch failed',
    'delayed',
    ['launch fails'],
    ['done', 'already', 'done', 'done', 'already'],
  ],
  ['it crashed', 'backingOff', CRASHED, ['done', 'already', 'done', 'done', 'already']],
  [
    'its restart is in flight',
    'recreating',
    [...CRASHED, 'wait elapses'],
    ['done', 'already', 'already', 'done', 'already'],
  ],
  [
    'it was restarted',
    'booting',
    [...CRASHED, 'wait elapses', 'launch succeeds'],
    ['done', 'already', 'done', 'done', 'already'],
  ],
  ['it has failed', 'failed', FAILED, ['done', 'already', 'refused', 'done', 'already']],
  [
    'it cannot run',
    'failed',
    ['launch is hopeless'],
    ['done', 'already', 'refused', 'done', 'already'],
  ],
  // An operator has it.
  ['it is held', 'held', [...UP, 'hold'], ['already', 'done', 'refused', 'already', 'already']],
  [
    'it is to be held once it is launched',
    'launching',
    ['hold'],
    ['already', 'done', 'already', 'already', 'already'],
  ],
  [
    'it is to be held, and its restart is in flight',
    'recreating',
    [...CRASHED, 'wait elapses', 'hold'],
    ['already', 'done', 'already', 'done', 'already'],
  ],
  [
    'it crashed in a hold',
    'held',
    [...UP, 'hold', 'dies'],
    ['already', 'done', 'refused', 'already', 'already'],
  ],
  [
    'its name is taken',
    'blocked',
    ['name is taken'],
    ['done', 'already', 'refused', 'already', 'done'],
  ],
  [
    'it is being adopted',
    'adopting',
    ['name is taken', 'adopt'],
    ['done', 'already', 'refused', 'already', 'refused'],
  ],
  // Its account cannot be used.
  [
    'it waits for an account',
    'moving.awaiting',
    LIMITED,
    ['done', 'already', 'refused', 'already', 'already'],
  ],
  [
    'it moves',
    'moving.launching',
    [...LIMITED, 'is moved'],
    ['done', 'already', 'already', 'already', 'already'],
  ],
  [
    'its move failed',
    'moving.delayed',
    [...LIMITED, 'is moved', 'launch fails'],
    ['done', 'already', 'done', 'done', 'already'],
  ],
  [
    'it is parked',
    'parked',
    [...LIMITED, 'is parked', 'it is ended'],
    ['done', 'already', 'refused', 'already', 'already'],
  ],
  // The pool has escalated.
  [
    'it was never launched in such a pool',
    'delayed',
    ['hold', 'pool escalates', 'session was renamed', 'release', 'session was renamed'],
    ['done', 'already', 'done', 'done', 'already'],
  ],
  [
    'it crashed in such a pool',
    'backingOff',
    [...UP, 'pool escalates', 'dies'],
    ['done', 'already', 'done', 'done', 'already'],
  ],
  [
    'it lives in such a pool',
    'ready',
    [...UP, 'pool escalates'],
    ['done', 'already', 'done', 'already', 'already'],
  ],
];

async function startIn(way: readonly ModelEvent[]): Promise<TestSession> {
  const t = startDrivenSession();
  for (const event of way) await drive(t, event);
  return t;
}

const decide = (t: TestSession, verb: OperatorVerb) =>
  decideVerb(t.snapshot(), verb, { restart: false });

function outcomeOf(t: TestSession, verb: OperatorVerb): Outcome {
  const { kind } = decide(t, verb);
  return kind === 'send' ? 'done' : kind;
}

const CASES = TABLE.flatMap(([name, where, way, outcomes]) =>
  VERBS.map((verb, i) => [verb, name, where, way, outcomes[i] ?? 'refused'] as const),
);

test.each(CASES)('%s, when %s (%s): %#', async (verb, _, where, way, outcome) => {
  const t = await startIn(way);
  expect(t.where()).toBe(where);
  expect(outcomeOf(t, verb)).toBe(outcome);
});

test.each(CASES.filter(([, , , , outcome]) => outcome === 'done'))(
  '%s, when %s (%s), asked for twice is done once: %#',
  async (verb, _, __, way) => {
    const t = await startIn(way);
    const decision = decide(t, verb);
    if (decision.kind === 'send') t.send(decision.event);
    const launches = t.launches.asked.length;
    // At once, and also when what it led to has come to an end.
    const again = outcomeOf(t, verb);
    expect(again).not.toBe(verb === 'adopt' ? 'done' : 'refused');
    if (verb !== 'restart') expect(again).not.toBe('done');
    await t.settle();
    expect(t.launches.asked).toHaveLength(launches);
  },
);

test('what is done, or is so already, exits with 0, and what is refused with 69', () => {
  expect(OUTCOMES).toEqual({ done: 0, already: 0, refused: 69 });
  expect(exitCodeOf(new FailoverError('CONFLICT', 'refused'))).toBe(OUTCOMES.refused);
  expect(exitCodeOf(new FailoverError('NOT_FOUND', 'no such session'))).toBe(66);
  expect(exitCodeOf(new FailoverError('DAEMON_DOWN', 'no daemon'))).toBe(69);
});

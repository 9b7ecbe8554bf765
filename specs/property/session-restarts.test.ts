import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingCrashes } from '../../supervisor/recorder.ts';
import {
  comesUp,
  daemonIsReplaced,
  dies,
  isReset,
  NEW_SESSION,
  passes,
  type RestartRules,
} from '../harness/restart-model.ts';
import { type Remembers, startRestartedSession } from '../harness/restarted-session.ts';

const RULES: RestartRules = {
  intensity: 3,
  periodMs: 10_000,
  initialMs: 400,
  maxMs: 3000,
  stableAfterMs: 5000,
  startTimeoutMs: 2000,
};

type Step = 'dies' | 'comes up' | 'is reset' | 'daemon is replaced' | number;

/** Short sequences, or many resets, would hardly ever come near the limit. */
const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.constant<Step>('dies') },
    { weight: 8, arbitrary: fc.constant<Step>('comes up') },
    { weight: 3, arbitrary: fc.constant<Step>('daemon is replaced') },
    { weight: 10, arbitrary: fc.constantFrom<Step[]>(100, 700, 2300) },
    { weight: 5, arbitrary: fc.constantFrom<Step[]>(4900, 5000, 5100, 9900) },
    { weight: 1, arbitrary: fc.constant<Step>('is reset') },
  ),
  { size: 'max', maxLength: 60 },
);

/** The real machine, run by `rules`, against the model run by `RULES`: they differ in a mutant. */
function agrees(rules: RestartRules, remembers?: Remembers) {
  return fc.asyncProperty(steps, async (sequence) => {
    const t = startRestartedSession(rules, remembers);
    await t.session().settle();
    let model = NEW_SESSION;
    for (const step of sequence) {
      const session = t.session();
      switch (step) {
        case 'dies':
          if (session.context().agent !== null) session.dies();
          model = dies(model, t.elapsed(), RULES);
          break;
        case 'comes up':
          session.says('idle');
          model = comesUp(model, t.elapsed());
          break;
        case 'is reset':
          session.send({ type: 'operator.reset' });
          model = isReset(model, t.elapsed());
          break;
        case 'daemon is replaced':
          t.restartDaemon();
          model = daemonIsReplaced(model, t.elapsed(), RULES);
          break;
        default:
          session.jump(step);
          model = passes(model, t.elapsed(), RULES);
      }
      await t.session().settle();
      const hasFailed = t.session().value() === 'failed';
      const { launches } = model;
      expect({ hasFailed, launches: t.launches() }).toEqual({
        hasFailed: model.hasFailed,
        launches,
      });
    }
    t.session().root.stop();
  });
}

test('a session restarts when, and as often as, a small model of the rules says, whichever daemon runs', async () => {
  await fc.assert(agrees(RULES), { numRuns: 300 });
}, 300_000);

// A mutant proves the sequences, not the luck of a run.
const SEARCH = { seed: 1, numRuns: 1000, endOnFailure: true } as const;

test.each<readonly [string, Partial<RestartRules>]>([
  ['allows one restart more', { intensity: RULES.intensity + 1 }],
  ['allows one restart less', { intensity: RULES.intensity - 1 }],
  ['forgets crashes too early', { periodMs: RULES.periodMs - 1000 }],
  ['forgets crashes too late', { periodMs: RULES.periodMs + 1000 }],
  ['caps the wait too high', { maxMs: RULES.maxMs * 2 }],
  ['waits too long for a prompt', { startTimeoutMs: RULES.startTimeoutMs + 500 }],
  ['waits too shortly for a prompt', { startTimeoutMs: RULES.startTimeoutMs - 500 }],
  ['trusts an agent too early', { stableAfterMs: RULES.stableAfterMs - 100 }],
  ['trusts an agent too late', { stableAfterMs: RULES.stableAfterMs + 100 }],
])(
  'a session that %s is found out',
  async (_, mutation) => {
    const outcome = await fc.check(agrees({ ...RULES, ...mutation }), SEARCH);
    expect(outcome.failed).toBe(true);
  },
  300_000,
);

test.each<readonly [string, Remembers]>([
  ['forgets all crashes', () => []],
  ['forgets the last crash', (crashes, at) => countingCrashes(crashes, at).slice(0, -1)],
  ['forgets none that is over', (crashes) => crashes],
  [
    'takes the window for longer than it is',
    (crashes, at) => countingCrashes(crashes, { ...at, periodMs: at.periodMs + 1000 }),
  ],
])(
  'a daemon that %s when it begins is found out',
  async (_, remembers) => {
    const outcome = await fc.check(agrees(RULES, remembers), SEARCH);
    expect(outcome.failed).toBe(true);
  },
  300_000,
);

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  comesUp,
  dies,
  isReset,
  NEW_SESSION,
  passes,
  type RestartRules,
} from '../harness/restart-model.ts';
import { startTestSession } from '../harness/test-session.ts';

const RULES: RestartRules = {
  intensity: 3,
  periodMs: 10_000,
  initialMs: 400,
  maxMs: 3000,
  stableAfterMs: 5000,
};

type Step = 'dies' | 'comes up' | 'is reset' | number;

/** Short sequences, or many resets, would hardly ever come near the limit. */
const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.constant<Step>('dies') },
    { weight: 4, arbitrary: fc.constant<Step>('comes up') },
    { weight: 10, arbitrary: fc.constantFrom<Step[]>(100, 700, 2300) },
    { weight: 5, arbitrary: fc.constantFrom<Step[]>(4900, 5000, 5100, 9900) },
    { weight: 1, arbitrary: fc.constant<Step>('is reset') },
  ),
  { size: 'max', maxLength: 60 },
);

/** The real machine, run by `rules`, against the model run by `RULES`: they differ in a mutant. */
function agrees(rules: RestartRules) {
  return fc.asyncProperty(steps, async (sequence) => {
    const t = startTestSession({
      startTimeoutMs: 1e9,
      restart: {
        intensity: rules.intensity,
        periodMs: rules.periodMs,
        poolIntensity: 50,
        backoffInitialMs: rules.initialMs,
        backoffFactor: 2,
        backoffMaxMs: rules.maxMs,
        stableAfterMs: rules.stableAfterMs,
      },
    });
    await t.settle();
    let model = NEW_SESSION;
    for (const step of sequence) {
      switch (step) {
        case 'dies':
          if (t.context().agent !== null) t.dies();
          model = dies(model, t.now(), RULES);
          break;
        case 'comes up':
          t.says('idle');
          model = comesUp(model, t.now());
          break;
        case 'is reset':
          t.send({ type: 'operator.reset' });
          model = isReset(model);
          break;
        default:
          t.jump(step);
          model = passes(model, t.now());
      }
      await t.settle();
      expect({ hasFailed: t.value() === 'failed', launches: t.launches.asked.length }).toEqual({
        hasFailed: model.hasFailed,
        launches: model.launches,
      });
    }
    t.root.stop();
  });
}

test('a session restarts when, and as often as, a small model of the rules says', async () => {
  await fc.assert(agrees(RULES), { numRuns: 300 });
}, 300_000);

test.each<readonly [string, Partial<RestartRules>]>([
  ['allows one restart more', { intensity: RULES.intensity + 1 }],
  ['allows one restart less', { intensity: RULES.intensity - 1 }],
  ['forgets crashes too early', { periodMs: RULES.periodMs - 1000 }],
  ['forgets crashes too late', { periodMs: RULES.periodMs + 1000 }],
  ['caps the wait too high', { maxMs: RULES.maxMs * 2 }],
  ['trusts an agent too early', { stableAfterMs: RULES.stableAfterMs - 100 }],
  ['trusts an agent too late', { stableAfterMs: RULES.stableAfterMs + 100 }],
])(
  'a session that %s is found out',
  async (_, mutation) => {
    const outcome = await fc.check(agrees({ ...RULES, ...mutation }), {
      // A mutant proves the sequences, not the luck of a run.
      seed: 1,
      numRuns: 1000,
      endOnFailure: true,
    });
    expect(outcome.failed).toBe(true);
  },
  300_000,
);

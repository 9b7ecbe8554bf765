import { expect, test } from '@jest/globals';
import { SimulatedClock } from 'xstate';
import type { SessionTrouble } from '../../../../machines/ports.ts';
import { goesOnAfterTrouble } from '../../../../machines/session/trouble-changes.ts';
import { chanceOf, START } from '../../../harness/test-session.ts';

/** Whether a prompt that was taken then shows that a trouble recorded at `troubleAt` is over; it is START now. */
function goesOn({ troubleAt, promptAt }: { troubleAt: number; promptAt: number }): boolean {
  const trouble: SessionTrouble = {
    trouble: { kind: 'limit', window: 'five_hour' },
    evidence: { at: troubleAt } as SessionTrouble['evidence'],
    account: 'first',
    isOver: false,
  } as SessionTrouble;
  const chance = chanceOf(new SimulatedClock());
  return goesOnAfterTrouble(
    { trouble, conversation: 'c', chance },
    { type: 'agent.prompted', conversation: 'c', task: null, at: promptAt },
  );
}

test('a prompt before the trouble is none after it', () => {
  expect(goesOn({ troubleAt: START - 10, promptAt: START - 20 })).toBe(false);
  expect(goesOn({ troubleAt: START - 20, promptAt: START - 10 })).toBe(true);
});

test('once the clock was set back behind the trouble, a prompt counts: it must not wait for a day', () => {
  expect(goesOn({ troubleAt: START + 86_400_000, promptAt: START })).toBe(true);
});

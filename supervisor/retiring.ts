import type { Slot } from '../config/slots.ts';
import type { Alarm } from './alarm.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { createDogged } from './dogged.ts';
import type { RootRef } from './pool.ts';
import type { Recording } from './recording.ts';
import { retire } from './retire.ts';

export interface Retiring {
  /** Nothing more is ended after this; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

type RetiringParts = Parameters<typeof retire>[0]['parts'] &
  Pick<DaemonParts, 'config' | 'retiring' | 'onRetired'> & {
    readonly alarm: (ring: () => void) => Alarm;
  };

/** A person who is at work there goes away without a word. */
const LOOK_AGAIN_MS = 5000;

/**
 * Ends the sessions outside the range, each as soon as nothing works in it: looks when one of them has
 * changed, and every few seconds while there are any. What fails is said once, and tried again.
 */
export function startRetiring(root: RootRef, parts: RetiringParts, recording: Recording): Retiring {
  const left = new Map((parts.retiring ?? []).map((slot) => [slot.name, slot]));
  const passing = createDogged('retiring sessions outside the range', recording.tell, async () => {
    try {
      await retireAll([...left.values()], async (slot) => {
        if (!(await retire({ root, parts, recording }, slot))) return;
        left.delete(slot.name);
        parts.onRetired?.(slot.name);
      });
    } finally {
      again.set(left.size > 0 ? LOOK_AGAIN_MS : null);
    }
  });
  const again = parts.alarm(passing.ask);
  if (left.size > 0) passing.ask();
  root.on('changed', ({ facts }) => {
    if (left.has(facts.name)) passing.ask();
  });
  recording.onStored(() => {
    if (left.size > 0) passing.ask();
  });
  return {
    stop: async () => {
      again.set(null);
      await passing.stop();
      again.set(null);
    },
  };
}

/** One that cannot be ended keeps no other from it. Rejects with what the first one says. */
async function retireAll(
  slots: readonly Slot[],
  retireOne: (slot: Slot) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(slots.map(retireOne));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

import type { FailoverError } from '../../config/errors.ts';
import { isAtWork } from '../../machines/policy/people.ts';
import type { PressRequest } from '../../machines/session/types.ts';
import { type DeliverParts, lookAt, newest, obstacleIn, undelivered } from './look.ts';

const EVERY_MS = 1000;
/** How often an agent is looked at that is not at its prompt, while nobody is at work there. */
const CHECKS = 300;

/** A press for a text that was pasted: from then on keys of others count. */
export interface PressAlone extends PressRequest {
  /** Epoch milliseconds of the last key of others that was seen since; null = none was. */
  readonly lastActiveAt: number | null;
}

/** The same for a text that stands in the input box for a while already. Rejects as `pressWhenAlone`. */
export async function pressAgain(
  parts: DeliverParts,
  request: PressRequest,
  signal: AbortSignal,
): Promise<void> {
  await pressWhenAlone(parts, { ...request, lastActiveAt: null }, signal);
}

/**
 * Presses Enter once for a text that stands in the agent's input box. While a person is at work there, or
 * the agent is not at its prompt, it waits: Enter would send off what the person types, or answer a dialog.
 * Looks once a second. For a person it waits as long as they stay; and since what stands in the input box
 * may be theirs then, it is not sent off once they have left.
 *
 * Rejects with `DELIVERY_FAILED` when somebody was at work there, or after five minutes for another reason;
 * with the signal's reason when that is aborted, and as the ports do.
 */
export async function pressWhenAlone(
  parts: DeliverParts,
  request: PressAlone,
  signal: AbortSignal,
): Promise<void> {
  let { lastActiveAt } = request;
  let wasTaken = false;
  for (let checks = 0; ; ) {
    const seen = await check(parts, request, lastActiveAt);
    signal.throwIfAborted();
    const { paneId, obstacle } = seen;
    lastActiveAt = seen.lastActiveAt;
    wasTaken ||= seen.isTaken;
    if (!seen.isTaken) checks += 1;
    if (paneId !== null) {
      if (wasTaken) throw unsent(request, 'somebody has typed behind it');
      return await parts.tmux.pressEnter(paneId);
    }
    if (checks >= CHECKS) throw unsent(request, obstacle);
    await parts.sleep(EVERY_MS, signal);
  }
}

interface Check {
  /** Where Enter may be pressed now; null = nowhere, because of the obstacle. */
  readonly paneId: string | null;
  readonly obstacle: string | null;
  /** A person is at work there. */
  readonly isTaken: boolean;
  readonly lastActiveAt: number | null;
}

async function check(
  parts: DeliverParts,
  request: PressRequest,
  before: number | null,
): Promise<Check> {
  const look = await lookAt(parts, request);
  // Who left right after a key is not seen any more, but may be back as soon.
  const lastActiveAt = newest(before, look.presence?.lastActiveAt ?? null);
  // The draft that stands there is ours.
  const keys = { lastActiveAt, hasDraft: false };
  const presence = look.presence && { ...look.presence, ...keys };
  const obstacle = obstacleIn({ ...look, presence }, parts.now());
  const paneId = obstacle === null ? look.paneId : null;
  return { paneId, obstacle, isTaken: isAtWork(keys, parts.now()), lastActiveAt };
}

function unsent({ session }: PressRequest, why: string | null): FailoverError {
  return undelivered('DELIVERY_FAILED', session, `its prompt was not sent off: ${why}`);
}

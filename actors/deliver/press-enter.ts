import type { PressRequest } from '../../machines/session/types.ts';
import { type DeliverParts, lookAt, obstacleIn, undelivered } from './look.ts';

const EVERY_MS = 1000;
/** A person who came between has a minute to end, and then another one to be known to be away. */
const CHECKS = 300;

/**
 * Presses Enter once for a text that stands in the agent's input box. While a person is at work there, or
 * the agent is not at its prompt, it waits: Enter would send off what the person types, or answer a dialog.
 * Looks once a second. Rejects with `DELIVERY_FAILED` after five minutes, with the signal's reason when
 * that is aborted, and as the ports do.
 */
export async function pressAgain(
  parts: DeliverParts,
  request: PressRequest,
  signal: AbortSignal,
): Promise<void> {
  let lastActiveAt: number | null = null;
  let obstacle: string | null = null;
  for (let check = 1; check <= CHECKS; check += 1) {
    if (check > 1) await parts.sleep(EVERY_MS, signal);
    const look = await lookAt(parts, request);
    signal.throwIfAborted();
    // Who left right after a key is not seen any more, but may be back as soon.
    lastActiveAt = newest(lastActiveAt, look.presence?.lastActiveAt ?? null);
    // The draft that stands there is ours.
    const presence = look.presence && { ...look.presence, lastActiveAt, hasDraft: false };
    obstacle = obstacleIn({ ...look, presence }, parts.now());
    if (obstacle === null && look.paneId !== null) return parts.tmux.pressEnter(look.paneId);
  }
  throw undelivered('DELIVERY_FAILED', request.session, `its prompt was not sent off: ${obstacle}`);
}

function newest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

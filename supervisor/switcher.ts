import { type SwitchOnceParts, switchOnce } from './switch-once.ts';
import { createWokenPasses, type WokenPasses, type WokenPassesParts } from './woken-passes.ts';

export interface SwitcherParts extends Omit<SwitchOnceParts, 'signal'>, WokenPassesParts {}

/**
 * Decides which sessions change their account whenever something may have changed: a session, an account,
 * a failover. What goes wrong is tried again at the next wake: the plan compares what is, so that nothing
 * is lost.
 */
export function createSwitcher(parts: SwitcherParts): WokenPasses {
  return createWokenPasses('deciding who changes the account', parts, (signal) =>
    switchOnce({ ...parts, signal }),
  );
}

import type { Alarm } from './alarm.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { isEscalated } from './escalation.ts';
import { createMayBeLeft } from './may-be-left.ts';
import type { RootRef } from './pool.ts';
import type { Recording } from './recording.ts';
import type { SwitchPlan } from './switch-facts.ts';
import { createSwitchNews } from './switch-news.ts';
import { planSwitch } from './switch-plan.ts';
import { carryOutSwitch, type SwitchParts, switchViewOf } from './switch-world.ts';
import { createSwitcher } from './switcher.ts';
import type { WokenPasses } from './woken-passes.ts';

export interface SwitchingParts extends SwitchParts {
  readonly tmux: Pick<DaemonParts['tmux'], 'presence'>;
  readonly alarm: (ring: () => void) => Alarm;
}

/** A pool that has escalated launches nothing, so that nobody could go anywhere. */
const NOTHING_TO_DO: SwitchPlan = { actions: [], askPresenceOf: [], lookAgainAt: null };

/** Begins at once: what an earlier daemon left is decided, then whatever changes. */
export function startSwitching(
  root: RootRef,
  daemon: SwitchingParts,
  { tell }: Pick<Recording, 'tell'>,
): WokenPasses {
  const switcher = createSwitcher({
    plan: (presence) =>
      isEscalated(root) ? NOTHING_TO_DO : planSwitch(switchViewOf(root, daemon, presence)),
    carryOut: (action) => carryOutSwitch(root, daemon, action),
    presence: daemon.tmux.presence,
    tell,
    now: daemon.chance.clock.now,
    alarm: daemon.alarm,
  });
  const mayMatter = createSwitchNews(root, daemon.accounts, createMayBeLeft(daemon));
  root.on('*', (told) => {
    if (mayMatter(told)) switcher.wake();
  });
  switcher.wake();
  return switcher;
}

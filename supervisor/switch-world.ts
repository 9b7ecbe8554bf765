/** What the plan of the switcher is made from, and how it is carried out, in a root that runs. */

import { newFailover } from '../machines/failover/changes.ts';
import { fullestWindow } from '../machines/policy/nearly-used.ts';
import { nextAvailableAt } from '../machines/policy/next-available.ts';
import type { Presence } from '../machines/ports.ts';
import { failoversOf } from './children.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { type RootRef, sessionNamed, sessionsOf } from './pool.ts';
import type { Beginning, SwitchAccount, SwitchAction, SwitchView } from './switch-facts.ts';
import { openFailoverOf, switchSessionOf } from './switch-view.ts';

export type SwitchParts = Pick<DaemonParts, 'config' | 'accounts' | 'chance'>;

/** @param presence of the sessions that were asked for */
export function switchViewOf(
  root: RootRef,
  parts: SwitchParts,
  presence: ReadonlyMap<string, Presence>,
): SwitchView {
  const { strategy, concurrency, proactiveThreshold, returnToPreferred, cooldownMs } =
    parts.config.failover;
  return {
    ...{ strategy, concurrency, proactiveThreshold, returnToPreferred, cooldownMs },
    sessions: sessionsOf(root).map((session) => switchSessionOf(session.getSnapshot())),
    accounts: parts.config.accounts.map((account) => accountOf(parts, account)),
    failovers: failoversOf(root).map((failover) => openFailoverOf(failover.getSnapshot())),
    past: root.getSnapshot().context.past,
    presence,
    now: parts.chance.clock.now(),
  };
}

/** Has the failover begin, or tells it what the plan says; who is gone meanwhile hears nothing. */
export function carryOutSwitch(root: RootRef, parts: SwitchParts, action: SwitchAction): void {
  if (action.kind === 'begin') beginFailover(root, parts, action);
  else root.send({ type: 'failover.tell', session: action.session, event: action.event });
}

/** Nothing comes of it while a failover of the session is open. */
function beginFailover(
  root: RootRef,
  { chance: { clock, newId } }: SwitchParts,
  { kind: _, ...beginning }: Beginning,
): void {
  const context = sessionNamed(root, beginning.session)?.getSnapshot().context;
  if (context === undefined) return;
  const facts = newFailover({ id: newId(), ...beginning }, clock.now());
  const { index } = context.slot;
  root.send({ type: 'failover.begin', input: { facts, index, isNew: true, clock } });
}

function accountOf(
  { accounts, config, chance }: SwitchParts,
  { name, priority }: DaemonParts['config']['accounts'][number],
): SwitchAccount {
  const state = accounts.stateOf(name);
  const facts = accounts.snapshotOf(name)?.context.facts ?? null;
  const { resetMarginMs } = config.failover;
  const limit = facts?.limit ?? null;
  return {
    name,
    priority,
    state,
    since: facts?.since ?? null,
    probes: facts?.probes ?? 0,
    used: facts === null ? null : fullestWindow(facts.usage, chance.clock.now()),
    availableAt: nextAvailableAt([{ state, limit, resetMarginMs }]),
  };
}

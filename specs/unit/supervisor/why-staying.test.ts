import { expect, test } from '@jest/globals';
import type { SwitchSession, SwitchView } from '../../../supervisor/switch-facts.ts';
import { planSwitch } from '../../../supervisor/switch-plan.ts';
import { whyStaying } from '../../../supervisor/why-staying.ts';
import {
  limited,
  NOW,
  openFailover,
  switchAccount,
  switchSession,
  switchView,
} from '../../harness/switch-facts.ts';

const COOLDOWN = 300_000;
const movedAt = (at: number) => new Map([['a', { endedAt: at, movedAt: at }]]);

function view(session: Partial<SwitchSession> = {}, more: Partial<SwitchView> = {}): SwitchView {
  const past = movedAt(NOW - 60_000);
  return switchView({
    sessions: [switchSession('a', session)],
    past,
    cooldownMs: COOLDOWN,
    ...more,
  });
}

/** What is said of the session, which must not be on its way then. */
function said(of: SwitchView): string | undefined {
  const why = whyStaying(of).get('a');
  if (why !== undefined) expect(planSwitch(of).actions).toEqual([]);
  return why;
}

test('a session that waits out the cooldown on a limited account says so, since when and until when', () => {
  const [moved, goes] = [NOW - 60_000, NOW + 240_000].map((at) => new Date(at).toISOString());
  expect(said(view())).toBe(
    `first is limited; it moved at ${moved}, and waits until ${goes} (failover.cooldown)`,
  );
});

test('once the cooldown is over it goes, and nothing is left to be explained', () => {
  const over = view({}, { past: movedAt(NOW - COOLDOWN) });
  expect(said(over)).toBeUndefined();
  expect(planSwitch(over).actions).toMatchObject([{ kind: 'begin', session: 'a' }]);
});

test.each<readonly [string, SwitchView]>([
  ['is on an account that can be used', view({ account: 'second' })],
  ['has never moved', view({}, { past: new Map() })],
  ['is held', view({ isHeld: true })],
  ['is at work', view({ phase: 'atWork' })],
  ['is about to go', view({}, { failovers: [openFailover('a')] })],
  ['has nowhere to go', view({}, { accounts: [limited('first'), limited('second')] })],
  [
    'is on an account that is signed out',
    view(
      {},
      { accounts: [switchAccount('first', { state: 'unauthenticated' }), limited('second')] },
    ),
  ],
])('nothing is said of one that %s', (_, of) => {
  expect(said(of)).toBeUndefined();
});

import fc from 'fast-check';
import type { AccountEvent, AccountFacts } from '../../machines/accounts.ts';
import {
  brokenLink,
  limitSeen,
  loginEvidence,
  MINUTE,
  SECOND,
  startTestAccount,
  type TestAccount,
} from './test-account.ts';

/** Something that happens to an account, or to its clock. */
export type Step =
  | { readonly kind: 'event'; readonly of: (t: TestAccount) => AccountEvent }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'set'; readonly ms: number };

const event = (of: (t: TestAccount) => AccountEvent): Step => ({ kind: 'event', of });

/** What the message of a limit says that ends in so many minutes. */
function words(noun: string, now: number, minutes: number): string {
  const date = new Date(now + minutes * MINUTE);
  const hour = date.getUTCHours();
  const minute = `${date.getUTCMinutes()}`.padStart(2, '0');
  const time = `${hour % 12 === 0 ? 12 : hour % 12}:${minute}${hour < 12 ? 'am' : 'pm'}`;
  return `You've hit your ${noun} limit · resets ${time} (UTC)`;
}

const minutes = fc.integer({ min: -2, max: 12 });
const noun = fc.constantFrom('session', 'weekly', 'Opus', 'usage');
const hit = fc
  .tuple(noun, minutes)
  .map(([limit, n]) => event((t) => limitSeen(words(limit, t.now(), n), t.now())));
const silentHit = fc.constant(event((t) => limitSeen("You've hit your Opus limit", t.now())));
const usage = fc
  .record({ usedPercent: fc.constantFrom(50, 100), seconds: fc.integer({ min: -60, max: 900 }) })
  .map(({ usedPercent, seconds }) =>
    event((t) => {
      const resetsAt = t.now() + seconds * SECOND;
      const fiveHour = { usedPercent, resetsAt, toldAt: t.now() };
      return { type: 'usage.told', usage: { fiveHour, sevenDay: null } };
    }),
  );
const operator = fc.constantFrom<Step>(
  event(() => ({ type: 'operator.clear' })),
  event(() => ({ type: 'operator.disable' })),
  event(() => ({ type: 'operator.enable' })),
  event((t) => ({ type: 'operator.limit', until: t.now() + 4 * MINUTE })),
);
const others = fc.constantFrom<Step>(
  event((t) => ({ type: 'login.lost', evidence: loginEvidence(t.now()) })),
  event(() => ({ type: 'links.broken', errors: [brokenLink()] })),
  event(() => ({ type: 'links.mended' })),
);
const pass = fc
  .integer({ min: 1, max: 5 * 60 })
  .map((seconds): Step => ({ kind: 'pass', ms: seconds * SECOND }));
const set = fc.integer({ min: -5, max: 5 }).map((n): Step => ({ kind: 'set', ms: n * MINUTE }));

/** A life of an account, long enough for what depends on what came before. */
export const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: hit },
    { weight: 3, arbitrary: silentHit },
    { weight: 3, arbitrary: usage },
    { weight: 2, arbitrary: operator },
    { weight: 2, arbitrary: others },
    { weight: 6, arbitrary: pass },
    { weight: 1, arbitrary: set },
  ),
  { size: 'max', maxLength: 40 },
);

function take(t: TestAccount, step: Step): AccountEvent | null {
  if (step.kind === 'pass') t.pass(step.ms);
  if (step.kind === 'set') t.setClock(step.ms);
  if (step.kind !== 'event') return null;
  const said = step.of(t);
  t.send(said);
  return said;
}

/** Runs the steps and looks at the account before and after each. */
export function follow(
  all: readonly Step[],
  look: (t: TestAccount, before: AccountFacts, said: AccountEvent | null) => void,
): TestAccount {
  const t = startTestAccount();
  for (const step of all) {
    const before = t.facts();
    t.forget();
    look(t, before, take(t, step));
  }
  return t;
}

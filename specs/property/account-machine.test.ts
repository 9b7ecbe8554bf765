import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccountFacts } from '../../machines/accounts.ts';
import { follow, steps } from '../harness/account-steps.ts';
import { COOLDOWN, MARGIN, MINUTE, startTestAccount } from '../harness/test-account.ts';

const RUNS = { numRuns: 60 };
const check = (look: Parameters<typeof follow>[1]) =>
  fc.assert(
    fc.property(steps, (all) => void follow(all, look).root.stop()),
    RUNS,
  );

test('the state is the gravest of what is known to speak against the account', () => {
  check((t) => {
    const { disabledAt, loginLost, limit } = t.facts();
    const [state = 'available'] = [
      disabledAt !== null && 'disabled',
      t.context().brokenLinks !== null && 'quarantined',
      loginLost !== null && 'unauthenticated',
      limit !== null && 'limited',
    ].filter((one) => one !== false);
    expect(t.state()).toBe(state);
  });
});

test('a limit is gone only when it is over by the clock, with its margin, or an operator says so', () => {
  check((t, { limit }, said) => {
    if (limit === null || t.facts().limit !== null || said?.type === 'operator.clear') return;
    const { recoveredAt } = t.facts();
    expect(t.now()).toBeGreaterThanOrEqual(recoveredAt ?? Number.POSITIVE_INFINITY);
    if (said?.type !== 'usage.told') return expect(recoveredAt).toBe(limit.until + MARGIN);
    // The statusline may tell that it was over some seconds earlier than the minute that was named.
    const told = said.usage.fiveHour?.resetsAt ?? Number.POSITIVE_INFINITY;
    const earliest = Math.min(told, limit.until) + MARGIN;
    return expect(recoveredAt).toBeGreaterThanOrEqual(earliest);
  });
});

test('an account whose limit is over is used again within a minute, whatever happens to the clock', () => {
  check((t, _, said) => {
    if (said !== null || t.state() !== 'limited') return;
    const due = (t.facts().limit?.until ?? 0) + MARGIN;
    t.pass(MINUTE);
    if (t.now() - MINUTE >= due) expect(t.state()).not.toBe('limited');
  });
});

test('a turn that reaches a limit is followed by no other one before the end that it names, or the statusline', () => {
  check((t, before, said) => {
    if (said?.type !== 'limit.seen' || said.resetsAt === null) return;
    if (said.resetsAt < said.evidence.at) return;
    const told = before.usage.fiveHour?.resetsAt ?? Number.POSITIVE_INFINITY;
    expect(t.facts().limit?.until).toBeGreaterThanOrEqual(Math.min(said.resetsAt, told));
  });
});

test('reached again within the cooldown after it was over, a limit lasts as long once more', () => {
  check((t, before, said) => {
    const { limit, recoveredAt } = t.facts();
    if (said?.type !== 'limit.seen' || before.limit !== null || limit === null) return;
    const since = said.evidence.at - (recoveredAt ?? Number.NaN);
    if (since < 0 || Number.isNaN(since) || since >= COOLDOWN) return;
    expect(limit.until).toBeGreaterThanOrEqual(said.evidence.at + COOLDOWN);
  });
});

test('a second hit makes a limit earlier within the named minute only', () => {
  check((t, { limit: before }, said) => {
    const { limit } = t.facts();
    if (said?.type !== 'limit.seen' || before === null || limit === null) return;
    if (limit.until >= before.until) return;
    expect(limit.until).toBeGreaterThanOrEqual(said.resetsAt ?? Number.POSITIVE_INFINITY);
    expect(before.until - limit.until).toBeLessThanOrEqual(MINUTE);
  });
});

test('a limit of which nobody knows the end lasts five minutes to two hours from the turn that met it', () => {
  check((t, { limit: before }, said) => {
    const { limit, probes } = t.facts();
    if (said?.type !== 'limit.seen' || limit === null || limit === before || probes === 0) return;
    const ms = limit.until - said.evidence.at;
    expect(ms).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(ms).toBeLessThanOrEqual(120 * MINUTE);
  });
});

test('the next try after such a limit waits at least as long, unless it was free for the cooldown', () => {
  check((t, before, said) => {
    const { limit, probes, recoveredAt } = t.facts();
    if (said?.type !== 'limit.seen' || before.limit !== null || probes === 0) return;
    const since = said.evidence.at - (recoveredAt ?? Number.NEGATIVE_INFINITY);
    // Recorded before it was free, by a clock that was set back or heard late, it is the last one itself.
    const inARow = since < 0 ? Math.max(1, before.probes) : before.probes + 1;
    expect(probes).toBe(since < COOLDOWN ? inARow : 1);
    const wait = Math.min(5 * 2 ** (probes - 1), 120) * MINUTE;
    expect(limit?.until).toBe(said.evidence.at + wait);
  });
});

test('only a limit without an end is counted, and only once while it holds', () => {
  check((t, before, said) => {
    const { limit, probes } = t.facts();
    if (probes === before.probes) return;
    const tellAnEnd = ['limit.seen', 'usage.told', 'operator.clear', 'operator.limit'];
    if (probes === 0) return expect(tellAnEnd).toContain(said?.type);
    expect(said).toMatchObject({ type: 'limit.seen', resetsAt: null });
    expect(limit).not.toBeNull();
    // Met again in the margin, the one before was over.
    const isNext = before.limit === null || t.facts().recoveredAt !== before.recoveredAt;
    expect(isNext || before.probes === 0).toBe(true);
  });
});

test('what is used of a window that lies ahead only grows, whoever tells it', () => {
  check((t, before, said) => {
    if (said?.type !== 'usage.told') return expect(t.facts().usage).toBe(before.usage);
    const [was, is] = [before.usage.fiveHour, t.facts().usage.fiveHour];
    const told = said.usage.fiveHour;
    expect([was, told]).toContain(is);
    if (was === null || is === null || was.resetsAt <= t.now()) return;
    expect(is.resetsAt).toBeGreaterThanOrEqual(was.resetsAt - MINUTE);
    const isSameWindow = is.resetsAt <= was.resetsAt + MINUTE;
    if (isSameWindow) expect(is.usedPercent).toBeGreaterThanOrEqual(was.usedPercent);
  });
});

test('whatever changes is stored as it is, and only then', () => {
  check((t, before) => {
    const isChanged = t.facts() !== before;
    expect(t.stored()).toEqual(isChanged ? t.facts() : null);
  });
});

test('each change of state is logged once; else only a limit that has moved by more than a minute', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let told: Told = { state: 'available', until: null };
      const account = follow(all, (t) => {
        const is: Told = { state: t.state(), until: t.facts().limit?.until ?? null };
        const isNews = is.state !== told.state || hasMoved(told, is);
        expect(t.logged()).toEqual(isNews ? [`account.${is.state}`] : []);
        if (isNews) told = is;
      });
      account.root.stop();
    }),
    RUNS,
  );
});

/** What the log told last. */
interface Told {
  readonly state: unknown;
  readonly until: number | null;
}

function hasMoved(told: Told, is: Told): boolean {
  if (is.state !== 'limited' || is.until === null || told.until === null) return false;
  return Math.abs(is.until - told.until) > MINUTE;
}

test('a daemon that starts anew goes on with what was stored', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const t = follow(all, () => {});
      const facts = JSON.parse(JSON.stringify(t.facts())) as AccountFacts;
      const clock = { now: t.now, monotonicMs: () => 0, bootId: 'next' };
      const next = startTestAccount({ facts, clock });
      const isOver = facts.limit !== null && facts.limit.until + MARGIN <= t.now();
      if (t.state() !== 'quarantined' && !isOver) {
        expect(next.state()).toBe(t.state());
        expect(next.facts()).toEqual(facts);
      }
      const logged = next.state() === 'available' ? [] : [`account.${next.state()}`];
      expect(next.logged()).toEqual(logged);
      for (const { root } of [t, next]) root.stop();
    }),
    RUNS,
  );
});

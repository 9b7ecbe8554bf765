import { describe, expect, test } from '@jest/globals';
import type { FailoverStep } from '../../machines/failovers.ts';
import type { FactStore } from '../../machines/ports.ts';
import { evidence, failoverFacts, sessionTrouble } from '../harness/account-facts.ts';
import { type FactPlace, OTHER_SERVER } from '../harness/fact-place.ts';
import { sessionFacts } from '../harness/facts.ts';

const idOf = (n: number) => `6b1f0a52-0000-4000-8000-${String(n).padStart(12, '0')}`;
const open = (n: number) => failoverFacts({ id: idOf(n), startedAt: n, changedAt: n });
const ended = (n: number) => ({ ...open(n), step: 'completed' as const, to: 'b', endedAt: n });

/** The journal of failovers, and the trouble that a session is in. */
export function storeFailoversContract(makePlace: () => FactPlace): void {
  describe('the journal of failovers', () => {
    test('it is empty at first', async () => {
      expect(await (await makePlace()()).openFailovers()).toEqual([]);
    });

    test('every fact of a failover comes back, also after it was closed and opened again', async () => {
      const place = makePlace();
      const facts = failoverFacts({
        to: 'compte «é»',
        reason: 'operator',
        evidence: null,
        step: 'moving',
        wanted: 'compte «é»',
        tried: ['second', 'it\'s "third"'],
        notBefore: 1_700_000_005_123,
        error: 'refused: «é»',
        changedAt: 1_700_000_000_456,
      });
      const first = await place();
      await first.saveFailover(facts);
      await first.close();
      expect(await (await place()).openFailovers()).toEqual([facts]);
    });

    test.each<FailoverStep>(['choosing', 'moving', 'resuming', 'parking', 'parked'])(
      'at each step the last one is what counts: %s',
      async (step) => {
        const store = await makePlace()();
        await store.saveFailover(
          failoverFacts({ to: 'b', tried: ['c'], notBefore: 5, error: 'e' }),
        );
        const now = failoverFacts({ step, evidence: evidence({ status: 429 }), changedAt: 9 });
        await store.saveFailover(now);
        expect(await store.openFailovers()).toEqual([now]);
      },
    );

    test.each<FailoverStep>(['completed', 'stayed', 'failed'])(
      'one that has ended is open no more: %s',
      async (step) => {
        const store = await makePlace()();
        await store.saveFailover(open(1));
        await store.saveFailover({ ...open(1), step, endedAt: 2 });
        expect(await store.openFailovers()).toEqual([]);
      },
    );

    test('the open ones are given oldest first, whatever was written since', async () => {
      const store = await makePlace()();
      const sessions = ['pool-2', 'pool-0', 'pool-1'];
      const facts = sessions.map((session, n) => ({ ...open(n), session, startedAt: -n }));
      for (const one of facts) await store.saveFailover(one);
      await store.saveFailover({ ...open(1), session: 'pool-0', startedAt: -1 });
      const found = await store.openFailovers();
      expect(found.map(({ session }) => session)).toEqual(sessions);
    });

    test('a second one of a session is refused until the first has ended, and changes nothing', async () => {
      const store = await makePlace()();
      await store.saveFailover(open(1));
      await expect(store.saveFailover(open(2))).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(await store.openFailovers()).toEqual([open(1)]);

      await store.saveFailover(ended(1));
      await store.saveFailover(open(2));
      expect(await store.openFailovers()).toEqual([open(2)]);
      await expect(store.saveFailover(open(1))).rejects.toMatchObject({ code: 'STORE_FAILED' });
      await store.saveFailover(ended(1));
      expect(await store.openFailovers()).toEqual([open(2)]);
    });

    test('sessions of the same name on two tmux servers are moved beside each other', async () => {
      const place = makePlace();
      const [ours, theirs] = [await place(), await place(OTHER_SERVER)];
      await ours.saveFailover(open(1));
      await theirs.saveFailover(open(2));
      expect(await ours.openFailovers()).toEqual([open(1)]);
      expect(await theirs.openFailovers()).toEqual([open(2)]);
      for (let n = 3; n < 60; n++) await endOne(theirs, n);
      expect(await ours.openFailovers()).toEqual([open(1)]);
    });

    test('whatever has ended, one that is open is kept', async () => {
      const store = await makePlace()();
      await store.saveFailover(open(0));
      for (let n = 1; n < 60; n++) await store.saveFailover(ended(n));
      expect(await store.openFailovers()).toEqual([open(0)]);
    });
  });

  describe('what is known of failovers that have ended', () => {
    test('nothing at first, nor while the first one goes on', async () => {
      const store = await makePlace()();
      await store.saveFailover(open(1));
      expect(await store.pastFailovers()).toEqual(new Map());
    });

    test('when the last one ended, and when the last one moved its session', async () => {
      const place = makePlace();
      const store = await place();
      await store.saveFailover(ended(1));
      await store.saveFailover({ ...ended(2), to: ended(2).from });
      await store.saveFailover({ ...ended(3), step: 'stayed' });
      await store.saveFailover({ ...open(4), step: 'moving', to: 'b' });
      await store.saveFailover({ ...ended(5), session: 'another', step: 'failed' });
      await store.close();
      expect(await (await place()).pastFailovers()).toEqual(
        new Map([
          [open(1).session, { endedAt: 3, movedAt: 1 }],
          ['another', { endedAt: 5, movedAt: null }],
        ]),
      );
    });

    test('of the sessions on another tmux server nothing', async () => {
      const place = makePlace();
      await (await place(OTHER_SERVER)).saveFailover(ended(1));
      expect(await (await place()).pastFailovers()).toEqual(new Map());
    });
  });

  describe('the trouble of a session', () => {
    test.each([
      ['a limit', sessionTrouble()],
      ['a lost login', sessionTrouble({ trouble: { kind: 'login' }, isOver: true })],
      ['none', null],
    ])(
      '%s comes back as it was, also after it was closed and opened again',
      async (_what, trouble) => {
        const place = makePlace();
        const first = await place();
        await first.saveSession(sessionFacts({ trouble: sessionTrouble({ account: 'earlier' }) }));
        await first.saveSession(sessionFacts({ trouble }));
        await first.close();
        expect(await (await place()).sessions()).toEqual([sessionFacts({ trouble })]);
      },
    );

    test('an intent leaves it as it was', async () => {
      const store = await makePlace()();
      const trouble = sessionTrouble();
      await store.saveSession(sessionFacts({ trouble }));
      await store.noteIntent('pool-0', sessionFacts({ account: 'second' }));
      expect(await store.sessions()).toMatchObject([{ account: 'second', trouble }]);
    });
  });
}

async function endOne(store: FactStore, n: number): Promise<void> {
  const session = `pool-${n}`;
  await store.saveFailover({ ...open(n), session });
  await store.saveFailover({ ...ended(n), session });
}

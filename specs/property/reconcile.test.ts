import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Observation, SessionObservation } from '../../machines/ports.ts';
import { type Action, type Belief, planReconcile } from '../../supervisor/reconcile.ts';
import { identity } from '../harness/test-session.ts';

/** Few names, marks and pids, so that they often meet. */
const name = fc.constantFrom('pool-0', 'pool-1', 'pool-2', 'mine');
const mark = fc.constantFrom('mark-0', 'mark-1', 'mark-2');
const agent = fc.constantFrom(1, 2, 3).map(identity);

const belief: fc.Arbitrary<Belief> = fc
  .record({
    mark,
    agent: fc.option(agent),
    previous: fc.option(agent),
    phase: fc.constantFrom('settled', 'launching', 'blocked', 'failed'),
  })
  .map((one) => ({
    ...one,
    name: '',
    // Only a settled session has an agent; a blocked one never does.
    agent: one.phase === 'settled' ? one.agent : null,
  }));
const beliefs = fc
  .array(belief, { maxLength: 3 })
  .map((some) => some.map((one, i) => ({ ...one, name: `pool-${i}` })));

const cause = fc.constantFrom({ kind: 'exit', code: 1 } as const, { kind: 'unknown' } as const);
const pane = fc.oneof(
  agent.map((it) => ({ state: 'alive', paneId: `%${it.pid}`, agent: it }) as const),
  fc
    .tuple(agent, cause)
    .map(
      ([{ pid }, why]) =>
        ({ state: 'dead', paneId: `%${pid}`, pid, cause: why, lastScreen: '' }) as const,
    ),
);
const session: fc.Arbitrary<SessionObservation> = fc.oneof(
  fc.record({ name, mark, pane: fc.option(pane) }),
  name.map((foreign) => ({ name: foreign, mark: null, pane: null })),
);
const observation: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .uniqueArray(session, { selector: (one) => one.name, maxLength: 4 })
      .map((sessions) => ({ kind: 'seen', server: identity(9), sessions }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'server_lost' } as const) },
);

/** What a session believes once it has heard of an action. */
function applied(one: Belief, action: Action | undefined): Belief {
  switch (action?.kind) {
    case undefined:
      return one;
    case 'died':
      return { ...one, agent: null, previous: one.agent };
    case 'found':
      return {
        ...one,
        agent: action.pane.agent,
        mark: action.mark,
        previous: null,
        phase: 'settled',
      };
    case 'renamed':
      return { ...one, agent: null, previous: null, mark: 'new', phase: 'launching' };
    case 'freed':
      return { ...one, phase: 'launching' };
  }
}

test('no action is for a name that nobody believes in, and none has more than one', () => {
  fc.assert(
    fc.property(beliefs, observation, (believed, observed) => {
      const planned = planReconcile(believed, observed).map((action) => action.name);
      const names = believed.map((one) => one.name);
      expect(planned.filter((one) => !names.includes(one))).toEqual([]);
      expect(planned).toEqual([...new Set(planned)]);
    }),
  );
});

test('nothing is concluded from a listing that failed', () => {
  fc.assert(
    fc.property(beliefs, (believed) => {
      expect(planReconcile(believed, { kind: 'unknown', reason: '' })).toEqual([]);
    }),
  );
});

test('once a plan is carried out, the same listing leads to no other', () => {
  fc.assert(
    fc.property(beliefs, observation, (believed, observed) => {
      const plan = planReconcile(believed, observed);
      const then = believed.map((one) =>
        applied(
          one,
          plan.find((action) => action.name === one.name),
        ),
      );
      expect(planReconcile(then, observed)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('nobody dies who is seen alive in the session, and nobody who was not believed alive', () => {
  fc.assert(
    fc.property(beliefs, observation, (believed, observed) => {
      for (const action of planReconcile(believed, observed)) {
        if (action.kind !== 'died') continue;
        const one = believed.find(({ name: it }) => it === action.name);
        expect(one?.agent?.pid).toBe(action.death.pid);
        const seen = observed.kind === 'seen' ? observed.sessions : [];
        const its = seen.find((it) => it.name === action.name)?.pane;
        expect(its?.state).not.toBe('alive');
      }
    }),
    { numRuns: 1000 },
  );
});

test('the order of the sessions in a listing does not matter', () => {
  fc.assert(
    fc.property(beliefs, observation, (believed, observed) => {
      if (observed.kind !== 'seen') return;
      const reversed = { ...observed, sessions: observed.sessions.toReversed() };
      // Two sessions can bear one mark and one agent only in a listing of our making.
      const renamed = planReconcile(believed, observed).some(({ kind }) => kind === 'renamed');
      if (renamed) return;
      expect(planReconcile(believed, reversed)).toEqual(planReconcile(believed, observed));
    }),
  );
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isAtWork } from '../../machines/policy/people.ts';
import type { Presence } from '../../machines/ports.ts';
import type { ReadyTask } from '../../machines/tasks.ts';
import { type Candidate, type DispatchFacts, planDispatch } from '../../supervisor/dispatch.ts';

/*
 * Any mix of sessions, tasks and people: whoever must not be given a task is not, and whatever can be
 * given is.
 */

const NOW = 1_700_000_000_000;
/** Few, so that they often meet. */
const conversation = fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5');
const directory = fc.constantFrom('/a', '/b');

const candidate = fc.record({
  kind: fc.constantFrom('autonomous', 'autonomous', 'dedicated'),
  isFree: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  isNearlyUsed: fc.boolean(),
  hasTranscript: fc.boolean(),
  workdir: directory,
  since: fc.integer({ min: NOW - 1000, max: NOW }),
});
const presence: fc.Arbitrary<Presence> = fc.record({
  lastActiveAt: fc.option(fc.integer({ min: NOW - 120_000, max: NOW + 1000 })),
  inMode: fc.boolean(),
  hasDraft: fc.boolean(),
});
const task = fc.record({
  project: directory,
  priority: fc.constantFrom('critical', 'high', 'default', 'low'),
  conversation: fc.option(conversation),
});

const facts: fc.Arbitrary<DispatchFacts> = fc
  .record({
    sessions: fc.array(candidate, { maxLength: 5 }),
    conversations: fc.shuffledSubarray(['c1', 'c2', 'c3', 'c4', 'c5'], { minLength: 5 }),
    people: fc.array(fc.option(presence), { minLength: 5, maxLength: 5 }),
    tasks: fc.array(task, { maxLength: 7 }),
  })
  .map(({ sessions, conversations, people, tasks }) => ({
    sessions: sessions.map((one, i): Candidate => {
      return { ...one, name: `s${i}`, conversation: conversations[i] ?? '' };
    }),
    tasks: tasks.map((one, i): ReadyTask => ({ ...one, id: `t${i}`, isAnnounced: true })),
    presence: new Map(people.flatMap((one, i) => (one ? [[`s${i}`, one] as const] : []))),
    now: NOW,
  }));

function mayBeGiven({ name, kind, isFree }: Candidate, { presence: people }: DispatchFacts) {
  const seen = people.get(name);
  return kind === 'autonomous' && isFree && seen !== undefined && !isAtWork(seen, NOW);
}

test('no task goes to a session that is dedicated, busy, held or in use by a person, and none goes out twice', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { assignments } = planDispatch(given);
      for (const { session } of assignments) {
        const candidate = given.sessions.find(({ name }) => name === session);
        expect(candidate && mayBeGiven(candidate, given)).toBe(true);
      }
      expect(new Set(assignments.map(({ session }) => session)).size).toBe(assignments.length);
      expect(new Set(assignments.map(({ task: { id } }) => id)).size).toBe(assignments.length);
    }),
  );
});

test('a conversation that a session has is gone on with by nobody else', () => {
  fc.assert(
    fc.property(facts, (given) => {
      for (const { session, task: begun } of planDispatch(given).assignments) {
        const owner = given.sessions.find((one) => one.conversation === begun.conversation);
        if (owner !== undefined) expect(session).toBe(owner.name);
      }
    }),
  );
});

test('no task that could go somewhere waits, and none is overtaken by a lesser one at the session that it could have', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { assignments } = planDispatch(given);
      const taken = new Set(assignments.map(({ session }) => session));
      const out = new Set(assignments.map(({ task: { id } }) => id));
      const idle = given.sessions.filter((one) => mayBeGiven(one, given) && !taken.has(one.name));
      const owners = new Set(given.sessions.map((one) => one.conversation));
      for (const waiting of given.tasks.filter(({ id }) => !out.has(id))) {
        const isBound = waiting.conversation !== null && owners.has(waiting.conversation);
        const places = isBound
          ? idle.filter((one) => one.conversation === waiting.conversation)
          : idle;
        expect(places).toEqual([]);
      }
    }),
  );
});

test('when something waits for a person, it is known when to look again, and that is in the future', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { lookAgainAt } = planDispatch(given);
      if (lookAgainAt !== null) expect(lookAgainAt).toBeGreaterThan(NOW);
    }),
  );
});

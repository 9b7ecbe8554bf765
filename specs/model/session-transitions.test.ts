import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import type { SessionFacts } from '../../machines/ports.ts';
import type { SessionStart } from '../../machines/session/types.ts';
import { drive, modelViewOf, startDrivenSession, visible } from '../harness/session-driver.ts';
import { nextState } from '../harness/session-model.ts';
import { FIRST_STATE } from '../harness/session-model-state.ts';
import { everyEdge, everyTour } from '../harness/session-paths.ts';
import { declaredTransitions, transitionRecorder } from '../harness/session-transitions.ts';
import { heldTask, identity, paneOf, refusal } from '../harness/test-session.ts';

const edges = everyEdge();
const tours = everyTour(edges);
const recorder = transitionRecorder();

test(`the machine goes where the model goes, on each of its ${edges.length} steps`, async () => {
  for (const tour of tours) {
    const t = startDrivenSession({ inspect: recorder.inspect });
    let state = FIRST_STATE;
    for (const [i, event] of tour.entries()) {
      const told = await drive(t, event);
      state = nextState(state, event);
      const is = { told, ...modelViewOf(t) };
      const should = { told: state.news, ...visible(state) };
      // Quicker than `expect`, which says how they differ.
      if (isDeepStrictEqual(is, should)) continue;
      const after = tour.slice(0, i + 1);
      expect({ after, ...is }).toEqual({ after, ...should });
    }
    t.root.stop();
  }
}, 240_000);

test.each<readonly [SessionStart, string]>([
  [{ kind: 'launch' }, 'launching'],
  [{ kind: 'adopt', pane: paneOf(5), mark: 'm' }, 'booting'],
  [{ kind: 'died', death: { pid: 5, cause: { kind: 'vanished' }, lastScreen: '' } }, 'backingOff'],
  [{ kind: 'renamed' }, 'launching'],
  [{ kind: 'blocked' }, 'blocked'],
  [{ kind: 'held', pane: null }, 'held'],
  [{ kind: 'failed' }, 'failed'],
])('a session that starts as $kind begins in %s', async (start, where) => {
  const t = startDrivenSession({ inspect: recorder.inspect }, { start });
  await t.settle();
  expect(t.where()).toBe(where);
  t.root.stop();
});

test.each(['blocked', 'failed'] as const)(
  'a wait for the end of an agent that fails leaves a session %s, with its task',
  async (kind) => {
    const known = { ...startDrivenSession().facts(), agent: identity(5) } as SessionFacts;
    const t = startDrivenSession(
      { inspect: recorder.inspect },
      { start: { kind }, facts: known, task: heldTask() },
    );
    t.gone.answer(refusal('DISK_FAILED'));
    await t.settle();
    expect(t.where()).toBe(kind);
    expect(t.context().task).not.toBeNull();
    t.root.stop();
  },
);

test('an end of its last agent that fails leaves a session that was given up as it is, with its task', async () => {
  const facts = {
    ...startDrivenSession().facts(),
    agent: identity(5),
    failed: { at: 0, code: 'RESTART_INTENSITY', reason: 'too many crashes' },
  } as SessionFacts;
  const t = startDrivenSession(
    { inspect: recorder.inspect },
    { start: { kind: 'failed' }, facts, task: heldTask() },
  );
  expect(t.endings.asked.at(-1)).toEqual(identity(5));
  t.endings.answer(refusal('AGENT_WILL_NOT_DIE'));
  await t.settle();
  expect(t.where()).toBe('failed');
  expect(t.context().task).not.toBeNull();
  t.root.stop();
});

test('every transition of the machine was taken on one of these ways', () => {
  const declared = declaredTransitions();
  expect(declared.length).toBeGreaterThan(80);
  expect(declared.filter((transition) => !recorder.taken.has(transition))).toEqual([]);
  expect([...recorder.taken].filter((transition) => !declared.includes(transition))).toEqual([]);
});

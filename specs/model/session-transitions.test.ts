import { expect, test } from '@jest/globals';
import type { SessionStart } from '../../machines/session/types.ts';
import { drive, modelViewOf, startDrivenSession } from '../harness/session-driver.ts';
import { everyEdge } from '../harness/session-paths.ts';
import { declaredTransitions, transitionRecorder } from '../harness/session-transitions.ts';
import { paneOf } from '../harness/test-session.ts';

const edges = everyEdge();
const recorder = transitionRecorder();

test(`the machine goes where the model goes, on each of its ${edges.length} steps`, async () => {
  for (const { path, event, to } of edges) {
    const t = startDrivenSession({ inspect: recorder.inspect });
    for (const before of path) await drive(t, before);
    await drive(t, event);
    t.root.stop();
    const { reading, adoptsAnew, ...expected } = to;
    expect({ after: [...path, event], ...modelViewOf(t) }).toEqual({
      after: [...path, event],
      ...expected,
    });
  }
}, 60_000);

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

test('every transition of the machine was taken on one of these ways', () => {
  const declared = declaredTransitions();
  expect(declared.length).toBeGreaterThan(80);
  expect(declared.filter((transition) => !recorder.taken.has(transition))).toEqual([]);
  expect([...recorder.taken].filter((transition) => !declared.includes(transition))).toEqual([]);
});

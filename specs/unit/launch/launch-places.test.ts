import { expect, test } from '@jest/globals';
import { createLaunchPlaces } from '../../../actors/launch/launch-places.ts';
import { settle } from '../../harness/test-session.ts';

/** Two places, and launches that end by hand. */
function startPlaces(names: readonly string[]) {
  const places = createLaunchPlaces(2);
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const outcomes = names.map((name) =>
    places
      .hold(() => {
        started.push(name);
        return new Promise<string>((resolve, reject) =>
          ends.set(name, (error) => (error ? reject(error) : resolve(name))),
        );
      })
      .catch((error: Error) => error.message),
  );
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await settle();
  };
  return { started, outcomes, end };
}

test('a launch whose old agent will not end holds up no other one: places are given in no order of ends', async () => {
  const t = startPlaces(['stuck', 'b', 'c', 'd']);
  await settle();
  for (const name of ['b', 'c', 'd']) await t.end(name);
  expect(t.started).toEqual(['stuck', 'b', 'c', 'd']);
  expect(await Promise.all(t.outcomes.slice(1))).toEqual(['b', 'c', 'd']);
});

test('no more are under way than there are places, and one that fails gives its place back', async () => {
  const t = startPlaces(['a', 'b', 'c', 'd']);
  await settle();
  expect(t.started).toEqual(['a', 'b']);
  await t.end('a', new Error('no tmux'));
  expect(t.started).toEqual(['a', 'b', 'c']);
  expect(await t.outcomes[0]).toBe('no tmux');
});

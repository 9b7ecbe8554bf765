import { expect, test } from '@jest/globals';
import { createLaunchGate } from '../../../actors/launch/launch-gate.ts';
import { settle } from '../../harness/test-session.ts';

/** A gate of two places, with launches and what they lead to played by hand. */
function startGate(names: readonly string[]) {
  const gate = createLaunchGate(2);
  const started: string[] = [];
  const launches = new Map<string, Played>();
  const prompts = new Map<string, Played>();
  const passed = names.map((name) => {
    launches.set(name, withResolvers());
    prompts.set(name, withResolvers());
    return gate.pass(
      () => {
        started.push(name);
        return launches.get(name)?.promise ?? Promise.reject();
      },
      () => prompts.get(name)?.promise ?? Promise.reject(),
    );
  });
  const outcomes: unknown[] = [];
  for (const one of passed)
    one.then(
      () => outcomes.push('launched'),
      (error) => outcomes.push(error),
    );
  const end = (of: typeof launches) => async (name: string, error?: Error) => {
    if (error) of.get(name)?.reject(error);
    else of.get(name)?.resolve();
    await settle();
  };
  return { started, outcomes, launch: end(launches), prompt: end(prompts) };
}

interface Played {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function withResolvers(): Played {
  let resolve = () => {};
  let reject = (_: Error) => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

test('no more launches are on their way to their prompt than there are places', async () => {
  const t = startGate(['a', 'b', 'c', 'd']);
  await settle();
  for (const name of ['a', 'b']) await t.launch(name);
  expect(t.started).toEqual(['a', 'b']);
  await t.prompt('b');
  expect(t.started).toEqual(['a', 'b', 'c']);
  await t.launch('c');
  await t.prompt('a');
  expect(t.started).toEqual(['a', 'b', 'c', 'd']);
});

test('they go in the order in which they were asked for', async () => {
  const t = startGate(['c', 'a', 'b']);
  await settle();
  for (const name of ['c', 'a', 'b']) {
    await t.launch(name);
    await t.prompt(name);
  }
  expect(t.started).toEqual(['c', 'a', 'b']);
});

test('a launch that fails gives its place back, and tells whoever asked', async () => {
  const t = startGate(['a', 'b', 'c', 'd']);
  await settle();
  await t.launch('a', new Error('no tmux'));
  await t.launch('b', new Error('no tmux'));
  await t.launch('c');
  await t.launch('d');
  expect(t.started).toEqual(['a', 'b', 'c', 'd']);
  expect(t.outcomes).toEqual([new Error('no tmux'), new Error('no tmux'), 'launched', 'launched']);
});

test('whoever asked does not wait for the prompt', async () => {
  const t = startGate(['a']);
  await settle();
  await t.launch('a');
  expect(t.outcomes).toEqual(['launched']);
});

test('a prompt that is waited for in vain gives the place back, and nothing else', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  process.on('unhandledRejection', note);
  const t = startGate(['a', 'b', 'c']);
  await settle();
  await t.launch('a');
  await t.launch('b');
  await t.prompt('a', new Error('the watch broke'));
  await settle();
  process.off('unhandledRejection', note);
  expect(t.started).toEqual(['a', 'b', 'c']);
  expect(t.outcomes).toEqual(['launched', 'launched']);
  expect(rejections).toEqual([]);
});

test('a place is given back once', async () => {
  const t = startGate(['a', 'b', 'c', 'd', 'e']);
  await settle();
  await t.launch('a');
  await t.prompt('a');
  await t.prompt('a');
  await t.launch('b');
  await t.launch('c');
  await t.launch('d');
  expect(t.started).toEqual(['a', 'b', 'c']);
});

import { expect, test } from '@jest/globals';
import { createAccountTurns } from '../../../actors/launch/account-turns.ts';
import { settle } from '../../harness/test-session.ts';

/** Turns of accounts, with launches, first words and pauses played by hand. */
function startTurns() {
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  let nowMs = 0;
  const turns = createAccountTurns({
    sleep: (ms) => new Promise((resolve) => pauses.push({ ms, end: resolve })),
    monotonicMs: () => nowMs,
  });
  const started: string[] = [];
  const outcomes: string[] = [];
  const launches = new Map<string, PromiseWithResolvers<string>>();
  const words = new Map<string, PromiseWithResolvers<boolean>>();
  const stops = new Map<string, AbortController>();
  const ask = (account: string, name: string, signal?: AbortSignal) => {
    launches.set(name, withResolvers());
    words.set(name, withResolvers());
    stops.set(name, new AbortController());
    const start = {
      launch: async () => {
        started.push(name);
        return await of(launches, name).promise;
      },
      heard: (launched: string) => of(words, launched).promise,
      signal: signal ?? of(stops, name).signal,
    };
    turns.pass(account, start).then(
      (launched) => outcomes.push(`${launched} launched`),
      (reason: Error) => outcomes.push(`${name}: ${reason.message}`),
    );
  };
  const then = (step: (name: string) => void) => async (name: string) => {
    step(name);
    await settle();
  };
  return {
    started,
    outcomes,
    pauses,
    ask,
    launched: then((name) => of(launches, name).resolve(name)),
    fails: then((name) => of(launches, name).reject(new Error('no tmux'))),
    speaks: then((name) => of(words, name).resolve(true)),
    staysSilent: then((name) => of(words, name).resolve(false)),
    pass: (ms: number) => {
      nowMs += ms;
    },
    isMute: then((name) => of(words, name).reject(new Error('the watch broke'))),
    stop: then((name) => of(stops, name).abort(new Error('stopped'))),
    pause: async () => {
      pauses.at(-1)?.end();
      await settle();
    },
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function of<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

test('the next agent of an account is started a moment after the first word of the one before', async () => {
  const t = startTurns();
  for (const name of ['a', 'b', 'c']) t.ask('one', name);
  await settle();
  expect(t.started).toEqual(['a']);
  await t.launched('a');
  expect(t.started).toEqual(['a']);
  await t.speaks('a');
  expect(t.started).toEqual(['a']);
  expect(t.pauses.map(({ ms }) => ms)).toEqual([250]);
  await t.pause();
  expect(t.started).toEqual(['a', 'b']);
});

test('once one has been heard, the next ones come a moment after each other, and a minute later one is waited for again', async () => {
  const t = startTurns();
  for (const name of ['a', 'b', 'c']) t.ask('one', name);
  await t.launched('a');
  await t.speaks('a');
  await t.pause();
  expect(t.started).toEqual(['a', 'b']);
  t.pass(59_999);
  await t.pause();
  expect(t.started).toEqual(['a', 'b', 'c']);
  await t.pause();
  t.pass(1);
  for (const name of ['d', 'e']) t.ask('one', name);
  await settle();
  expect(t.started).toEqual(['a', 'b', 'c', 'd']);
  await t.launched('d');
  await t.staysSilent('d');
  await t.pause();
  expect(t.started).toEqual(['a', 'b', 'c', 'd', 'e']);
  await t.launched('e');
  t.ask('one', 'f');
  await settle();
  await t.pause();
  expect(t.started).not.toContain('f');
});

test('whoever asked knows of its agent at once, not at its first word', async () => {
  const t = startTurns();
  t.ask('one', 'a');
  await t.launched('a');
  expect(t.outcomes).toEqual(['a launched']);
});

test('agents of other accounts do not wait for it', async () => {
  const t = startTurns();
  t.ask('one', 'a');
  t.ask('two', 'b');
  t.ask('one', 'c');
  await settle();
  expect(t.started).toEqual(['a', 'b']);
});

test('one that comes long after the others starts at once', async () => {
  const t = startTurns();
  t.ask('one', 'a');
  await t.launched('a');
  await t.speaks('a');
  await t.pause();
  t.ask('one', 'b');
  await settle();
  expect(t.started).toEqual(['a', 'b']);
});

test('a launch that fails makes nobody wait, and tells whoever asked', async () => {
  const t = startTurns();
  t.ask('one', 'a');
  t.ask('one', 'b');
  await t.fails('a');
  expect(t.started).toEqual(['a', 'b']);
  expect(t.outcomes).toEqual(['a: no tmux']);
  expect(t.pauses).toEqual([]);
});

test('a first word that can never be heard makes nobody wait for ever', async () => {
  const t = startTurns();
  t.ask('one', 'a');
  t.ask('one', 'b');
  await t.launched('a');
  await t.isMute('a');
  expect(t.started).toEqual(['a', 'b']);
});

test('one that is stopped while it waits is never started, and the next one comes no earlier for it', async () => {
  const t = startTurns();
  for (const name of ['a', 'b', 'c']) t.ask('one', name);
  await t.launched('a');
  await t.stop('b');
  expect(t.outcomes).toEqual(['a launched', 'b: stopped']);
  expect(t.started).toEqual(['a']);
  await t.speaks('a');
  await t.pause();
  expect(t.started).toEqual(['a', 'c']);
});

test('one that was stopped before it asked is never started', async () => {
  const t = startTurns();
  t.ask('one', 'a', AbortSignal.abort(new Error('stopped')));
  t.ask('one', 'b');
  await settle();
  expect(t.outcomes).toEqual(['a: stopped']);
  expect(t.started).toEqual(['b']);
});

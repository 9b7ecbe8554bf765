import { expect, test } from '@jest/globals';
import { firstWord, firstWordOrEnd } from '../../../actors/launch/first-word.ts';
import type { AgentStatus } from '../../../machines/ports.ts';
import type { Launched } from '../../../machines/session/types.ts';
import { settle } from '../../harness/test-session.ts';

const AGENT = { pid: 77, startTime: '1', bootId: 'boot' };
const OTHER = { ...AGENT, pid: 78 };
const PANE = { agent: AGENT } as unknown as Launched['pane'];
const FOR_EVER_MS = 3_600_000;

/** An agent that speaks and ends by hand, and somebody who waits for its first word. */
function waitForWord(mode: Launched['mode'] = 'new') {
  const listeners = new Set<(status: AgentStatus) => void>();
  let isAlive = true;
  let look = () => {};
  let rest: AbortSignal | null = null;
  const agent = {
    onStatus: (listener: (status: AgentStatus) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const sleep = (_: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      look = resolve;
      rest = signal;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const parts = { agent, sleep, processes: { isAlive: () => isAlive } };
  let isOver = false;
  const waited = firstWordOrEnd(parts, { pane: PANE, mode }, FOR_EVER_MS).then(() => {
    isOver = true;
  });
  return {
    waited,
    isOver: () => isOver,
    listening: () => listeners.size,
    isLooking: () => rest?.aborted === false,
    says: async (who: AgentStatus['agent']) => {
      for (const listener of listeners) listener({ agent: who } as AgentStatus);
      await settle();
    },
    looks: async () => {
      look();
      await settle();
    },
    ends: () => {
      isAlive = false;
    },
  };
}

test('it is waited for until it says what it does', async () => {
  const t = waitForWord();
  await t.looks();
  expect(t.isOver()).toBe(false);
  await t.says(AGENT);
  expect(t.isOver()).toBe(true);
});

test('the word of another one is none of its own', async () => {
  const t = waitForWord();
  await t.says(OTHER);
  expect(t.isOver()).toBe(false);
  await t.says(AGENT);
});

test('one that ends before its first word is not waited for', async () => {
  const t = waitForWord();
  t.ends();
  await t.looks();
  expect([t.isOver(), t.listening()]).toEqual([true, 0]);
});

test('nobody looks for it or listens to it afterwards', async () => {
  const t = waitForWord();
  await settle();
  expect([t.isLooking(), t.listening()]).toEqual([true, 1]);
  await t.says(AGENT);
  expect([t.isLooking(), t.listening()]).toEqual([false, 0]);
});

test('one that was only found was not started: it may have spoken long ago', async () => {
  const t = waitForWord('found');
  await t.waited;
  expect(t.listening()).toBe(0);
});

test('one that hangs in a dialog is waited for so long and no longer', async () => {
  const listeners = new Set<unknown>();
  const agent = {
    onStatus: (listener: unknown) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  await firstWord(agent, { pane: PANE }, 1);
  expect(listeners.size).toBe(0);
});

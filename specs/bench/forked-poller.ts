import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from '../harness/compiled.ts';
import { atEnd } from '../harness/scope.ts';
import { createArrivals } from './arrivals.ts';
import { monotonicMs } from './monotonic.ts';
import type { Order, Polled } from './poll-loop.ts';

export interface ForkedPoller {
  readonly pid: number;
  /** Resolves when it is carried out: a sweep was done since, or none will be. */
  order(order: Order): Promise<void>;
  /** Says something else to it. */
  say(message: object): void;
  /** Resolves when it is up and rests. */
  readonly isUp: Promise<void>;
}

export interface Forking<Told> {
  /** What it needs to know, as JSON in its argument. */
  readonly task: object;
  readonly env: NodeJS.ProcessEnv;
  readonly hear: (told: Told) => void;
}

const BOOT_MS = 300_000;

/** Starts a polling program (`specs/bench/NAME`) that ends with its owner. */
export function forkPoller<Told extends object>(
  name: string,
  { task, env, hear }: Forking<Told>,
): ForkedPoller {
  const child = fork(compiledProgram(`specs/bench/${name}`), [JSON.stringify(task)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  atEnd(async () => {
    // Without us it ends by itself, and its server with it.
    if (child.connected) child.disconnect();
    await exited;
  });
  const polls = createArrivals<Polled['polled']>();
  child.on('message', (told: Told | Polled) => {
    if ('polled' in told) polls.hear(told.polled);
    else hear(told);
  });
  const hasCome = async (kind: Polled['polled'], sinceMs: number): Promise<void> => {
    const come = await polls.find(({ told, atMs }) => told === kind && atMs > sinceMs, BOOT_MS);
    if (come === null) throw new Error(`${name} is not ${kind}`);
  };
  return {
    pid: child.pid ?? -1,
    order: (order) => {
      const sinceMs = monotonicMs();
      child.send(order);
      return hasCome(order === 'sweep' ? 'swept' : 'resting', sinceMs);
    },
    say: (message) => void child.send(message),
    isUp: hasCome('resting', 0),
  };
}

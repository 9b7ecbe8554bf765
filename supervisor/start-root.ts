import { createActor } from 'xstate';
import { slotsOf } from '../config/slots.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { Observation } from '../machines/ports.ts';
import type { SessionInput } from '../machines/session/types.ts';
import type { DaemonParts } from './daemon-parts.ts';
import type { RootRef } from './pool.ts';
import type { Recording } from './recording.ts';
import { resumeTasks } from './resume-tasks.ts';
import { sessionInputs } from './session-inputs.ts';
import { warnOfNames } from './warn-of-names.ts';

export interface StartedRoot {
  readonly root: RootRef;
  /** Resolves with the error that ended the root supervisor: nobody supervises any more. */
  readonly broken: Promise<unknown>;
}

/**
 * Looks at what is there, then starts the root supervisor with one machine per slot, lowest first. A
 * machine that breaks is spawned again from the facts, however long that takes.
 */
export async function startRoot(parts: DaemonParts, recording: Recording): Promise<StartedRoot> {
  const { config, signal } = parts;
  const observation = await observeUntilKnown(parts, recording);
  await warnOfNames({ ...parts, log: recording.tell });
  const sessions = await inputsFor(parts, recording, observation);
  signal.throwIfAborted();
  const root = createActor(parts.machine, {
    input: { sessions, reconcileIntervalMs: config.reconcile.intervalMs },
    inspect: parts.inspect,
  });
  // An error without an observer would end the process, and every listener must be there before
  // the first fact is told.
  const broken = new Promise<unknown>((resolve) => {
    root.subscribe({ error: resolve });
  });
  recording.attach(root);
  root.on('broke', ({ name }) => void respawn(parts, recording, { root, name }));
  root.start();
  // A death between the listing and now woke nobody: look once more.
  root.send({ type: 'tmux.woke' });
  return { root, broken };
}

type Listed = Exclude<Observation, { kind: 'unknown' }>;

/** Unknown is not gone: nothing is created or adopted before tmux has told what is there. */
async function observeUntilKnown(
  { tmux, config, sleep, signal }: DaemonParts,
  { tell }: Recording,
): Promise<Listed> {
  const names = slotsOf(config).map(({ name }) => name);
  for (;;) {
    signal.throwIfAborted();
    const observation = await tmux.observe(names);
    if (observation.kind !== 'unknown') return observation;
    tell(failed('the first listing of tmux', observation.reason));
    await sleep(1000, signal);
  }
}

/** Signals are read before anything begins: what they say of a task must not be done again. */
async function inputsFor(
  parts: DaemonParts,
  { news }: Recording,
  observation: Listed,
  only?: string,
): Promise<readonly SessionInput[]> {
  const names = slotsOf(parts.config).map(({ name }) => name);
  const wanted = only === undefined ? names : [only];
  const resumed = await resumeTasks({ ...parts, hear: news.hear }, wanted);
  return await sessionInputs({ ...parts, resumed }, observation, only);
}

interface Broken {
  readonly root: RootRef;
  readonly name: string;
}

/** A machine that breaks at once must not be spawned in a tight circle. */
const FIRST_RESPAWN_MS = 1000;
const LONGEST_RESPAWN_MS = 60_000;

/**
 * A machine that broke is a bug of ours: it is said, and its slot is filled from the facts. A store or a
 * disk that fails just then must not leave the slot empty for good. That it fails is said once.
 */
async function respawn(parts: DaemonParts, recording: Recording, broken: Broken): Promise<void> {
  const { signal } = parts;
  for (let waitMs = FIRST_RESPAWN_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RESPAWN_MS)) {
    await parts.sleep(waitMs, signal);
    if (signal.aborted) return;
    try {
      return await spawnAgain(parts, recording, broken);
    } catch (error) {
      if (signal.aborted || waitMs > FIRST_RESPAWN_MS) continue;
      const what = `spawning ${broken.name} again`;
      recording.tell(failed(what, error, ': it is tried again until it succeeds'));
    }
  }
}

async function spawnAgain(
  parts: DaemonParts,
  recording: Recording,
  { root, name }: Broken,
): Promise<void> {
  await recording.stored(name);
  const observation = await observeUntilKnown(parts, recording);
  const [session] = await inputsFor(parts, recording, observation, name);
  if (session === undefined || parts.signal.aborted) return;
  root.send({ type: 'session.spawn', session });
  // Kept while there was nobody to tell them to.
  parts.signals.refresh();
}

function failed(what: string, error: unknown, next = ''): LogEvent {
  return { event: 'daemon.error', reason: `${what} failed${next}`, error };
}

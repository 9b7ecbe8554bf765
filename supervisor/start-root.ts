import { createActor } from 'xstate';
import type { Observation } from '../machines/ports.ts';
import type { SessionInput } from '../machines/session/types.ts';
import { accountInputs, failoverInputs } from './account-inputs.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { ROOT } from './escalation.ts';
import { stopOrphans } from './orphans.ts';
import type { RootRef } from './pool.ts';
import { rememberedWindow } from './pool-crashes.ts';
import type { Recording } from './recording.ts';
import { respawn } from './respawn.ts';
import { resumeTasks } from './resume-tasks.ts';
import { sessionInputs } from './session-inputs.ts';
import { isRetiring, supervisedSlots } from './supervised.ts';
import { warnOfNames } from './warn-of-names.ts';

export interface StartedRoot {
  readonly root: RootRef;
  /** Resolves with the error that ended the root supervisor: nobody supervises any more. */
  readonly broken: Promise<unknown>;
}

/**
 * Looks at what is there, then starts the root supervisor with one machine per account and per slot,
 * lowest first, and one for each failover that an earlier daemon left. A machine that breaks is spawned
 * again from the facts, however long that takes.
 */
export async function startRoot(parts: DaemonParts, recording: Recording): Promise<StartedRoot> {
  const { config, signal } = parts;
  const observation = await observeUntilKnown(parts, recording);
  await warnOfNames({ ...parts, log: recording.tell });
  const sessions = await inputsFor(parts, recording, observation);
  const [accounts, failovers, past] = await Promise.all([
    accountInputs(parts),
    failoverInputs(parts),
    parts.store.pastFailovers(),
  ]);
  const poolWindow = await rememberedWindow(parts);
  signal.throwIfAborted();
  const { intervalMs: reconcileIntervalMs } = config.reconcile;
  const root = createActor(parts.machine, {
    systemId: ROOT,
    input: {
      accounts,
      sessions,
      failovers,
      past,
      reconcileIntervalMs,
      poolWindow,
      tolerance: config.restart,
    },
    inspect: parts.inspect,
  });
  // An error without an observer would end the process, and every listener must be there before
  // the first fact is told.
  const broken = new Promise<unknown>((resolve) => {
    root.subscribe({
      error: (error) => {
        // They would act on without a supervisor, and beside the next daemon's once the locks have gone.
        stopOrphans(root);
        resolve(error);
      },
    });
  });
  recording.attach(root);
  parts.accounts.attach(root);
  onBroken(root, parts, recording);
  root.start();
  // A death between the listing and now woke nobody: look once more.
  root.send({ type: 'tmux.woke' });
  return { root, broken };
}

type Listed = Exclude<Observation, { kind: 'unknown' }>;

/** A machine that broke is a bug of ours: it is said, and its place is filled from what is stored. */
function onBroken(root: RootRef, parts: DaemonParts, recording: Recording): void {
  const inputFor = async (session: string) => {
    const observation = await observeUntilKnown(parts, recording);
    const [input] = await inputsFor(parts, recording, observation, session);
    return input ?? null;
  };
  root.on('broke', ({ name }) => void respawn({ ...parts, root, recording, inputFor }, name));
}

/** Unknown is not gone: nothing is created or adopted before tmux has told what is there. */
async function observeUntilKnown(parts: DaemonParts, { tell }: Recording): Promise<Listed> {
  const { tmux, sleep, signal } = parts;
  const names = supervisedSlots(parts).map(({ name }) => name);
  for (;;) {
    signal.throwIfAborted();
    const observation = await tmux.observe(names);
    if (observation.kind !== 'unknown') return observation;
    const reason = 'the first listing of tmux failed';
    tell({ event: 'daemon.error', reason, error: observation.reason });
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
  const names = supervisedSlots(parts).map(({ name }) => name);
  const wanted = only === undefined ? names : [only];
  const resumed = await resumeTasks({ ...parts, hear: news.hear }, wanted);
  const inputs = await sessionInputs({ ...parts, resumed }, observation, only);
  return inputs.filter((input) => isSupervised(parts, input));
}

/**
 * A session that is to be ended has a machine only while an agent of it lives: nothing is started in it,
 * and what the store has never heard of, or has another mark, is somebody else's.
 */
function isSupervised(parts: DaemonParts, { slot, start, facts }: SessionInput): boolean {
  if (!isRetiring(parts, slot.name)) return true;
  if (facts === null) return false;
  if (start.kind === 'adopt') return start.mark === facts.mark;
  return start.kind === 'held' && start.pane !== null;
}

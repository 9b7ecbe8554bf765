import { waitFor } from 'xstate';
import { FailoverError } from '../config/errors.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { SessionEvent } from '../machines/session/types.ts';
import type { Signal } from '../machines/signals.ts';
import type { SessionSnapshot } from './belief.ts';
import type { Hearing } from './hear-statuses.ts';
import { type RootRef, type SessionRef, sessionNamed } from './pool.ts';
import { turnEndOf } from './turn-end.ts';

export interface SignalParts {
  readonly statuses: Pick<Hearing, 'inTurn' | 'refreshOne'>;
  /** Resolves when all that the session has told so far is stored. */
  readonly stored: (session: string) => Promise<void>;
  readonly tell: (entry: LogEvent) => void;
  /** Whether the session of this name is outside the range: it is being ended, or has been. */
  readonly isRetiring: (session: string) => boolean;
}

/** A launch decides which conversation is the session's: it takes some commands of tmux. */
const LAUNCH_PATIENCE_MS = 5000;

/**
 * What is done with a signal: its session is told what its agent said, in turn with the statuses, and
 * all that comes of it is stored. Rejects when that could not be: the signal is then to be dealt with
 * again. Of a session that is retired, without a machine, it changes nothing. One of a conversation that the session no longer has changes nothing; whether it has, nobody knows
 * while a launch runs.
 */
export function signalDealer(root: RootRef, parts: SignalParts): (signal: Signal) => Promise<void> {
  return async (signal) => {
    const session = sessionNamed(root, signal.session);
    if (session === null) {
      if (!parts.isRetiring(signal.session)) throw noMachine(signal);
      // The last words of an agent that was ended: what became of its task was told without them.
      return await parts.stored(signal.session);
    }
    let isKept = false;
    await parts.statuses.inTurn(session, async () => {
      isKept = await mayBeOfLaunch(session, signal);
      if (!isKept) handOver(session, signal, parts);
    });
    if (isKept) throw stillLaunching(signal);
    await parts.stored(signal.session);
  };
}

/**
 * The client may be quicker than the launch that started it. True when that is still under way after
 * some patience: nobody knows then whether the conversation is the session's.
 */
async function mayBeOfLaunch(session: SessionRef, signal: Signal): Promise<boolean> {
  const isKnown = (snapshot: SessionSnapshot) =>
    snapshot.context.conversation === signal.conversation || !snapshot.hasTag('launching');
  await waitFor(session, isKnown, { timeout: LAUNCH_PATIENCE_MS }).catch(() => {});
  const snapshot = session.getSnapshot();
  return snapshot.status === 'active' && !isKnown(snapshot);
}

function handOver(session: SessionRef, signal: Signal, { statuses, tell }: SignalParts): void {
  const event = eventOf(signal);
  if (event !== null) session.send(event);
  const { slot, conversation, task } = session.getSnapshot().context;
  if (conversation !== signal.conversation) return;
  const about = { session: slot.name, index: slot.index, task: task?.id ?? null };
  if (signal.kind === 'asked') {
    tell({ event: 'session.asked', ...about, tool: signal.tool });
    statuses.refreshOne(session);
  }
  if (signal.kind === 'refused') {
    const { tool, rule, reason } = signal;
    tell({ event: 'session.tool_refused', ...about, tool, rule, reason });
  }
}

function eventOf(signal: Signal): SessionEvent | null {
  const { conversation, at } = signal;
  // One that is dealt with again must not seem to be younger than what came after it.
  if (signal.kind === 'prompted')
    return { type: 'agent.prompted', conversation, task: signal.task, at };
  const end = turnEndOf(signal);
  return end === null ? null : { type: 'turn.ended', conversation, ...end };
}

function stillLaunching({ session, conversation }: Signal): FailoverError {
  const message = `it is not known yet whether ${conversation} is the conversation of ${session}`;
  return new FailoverError('CONFLICT', message, { session, conversation });
}

/** Its machine broke and is spawned again. */
function noMachine({ session }: Signal): FailoverError {
  return new FailoverError('NOT_FOUND', `no session ${session} runs now`, { session });
}

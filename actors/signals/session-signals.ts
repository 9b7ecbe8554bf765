import { FailoverError } from '../../config/errors.ts';
import type { Signal } from '../../machines/signals.ts';
import { orDiskFailure } from '../agent/disk-failure.ts';
import { type FolderWatch, watchFolder } from '../agent/folder-watch.ts';
import { oneAtATime } from '../agent/one-at-a-time.ts';
import { spoolIn } from './spool.ts';
import { removeSignal, takeSignal, unreadIn } from './unread-signals.ts';

export interface SessionSignals {
  /** Those that nobody has dealt with, oldest first; they stay where they are. */
  pending(): Promise<readonly Signal[]>;
  listen(deal: (signal: Signal) => Promise<void>): void;
  refresh(): void;
  close(): void;
}

interface Options {
  readonly session: string;
  /** The session's own directory, absolute. It need not exist yet. */
  readonly folder: string;
  readonly onError: (error: FailoverError) => void;
}

/** The spool of one session: its signals one after the other, each removed once it was dealt with. */
export function openSessionSignals({ session, folder, onError }: Options): SessionSignals {
  const spool = spoolIn(folder);
  let watch: FolderWatch | null = null;
  let closed = false;
  const tell = (error: FailoverError) => {
    if (!closed) onError(error);
  };
  const troubles = toldOnce(tell);
  const take = (name: string) =>
    takeSignal(spool, { session, name }, (reason) => {
      tell(
        new FailoverError('SIGNAL_REFUSED', `${session}: ${name} is no signal: ${reason}`, {
          session,
          name,
          reason,
        }),
      );
    });
  const dealWithAll = async (deal: (signal: Signal) => Promise<void>) => {
    for (const name of await unreadIn(spool)) {
      const signal = await take(name);
      if (closed) return;
      if (signal === null) continue;
      await orKept(() => deal(signal), { session, name });
      await removeSignal(spool, name);
    }
  };
  let look = () => {};

  return {
    pending: async () => {
      const signals = [];
      for (const name of await unreadIn(spool)) signals.push(await take(name));
      return signals.filter((signal) => signal !== null);
    },
    listen: (deal) => {
      const lookOnce = oneAtATime<string>(async () => {
        if (closed) return;
        await orDiskFailure(dealWithAll(deal)).then(
          () => troubles.end(),
          (error) => troubles.tell(asOurs(error, session)),
        );
      });
      look = () => lookOnce(session);
      watch = watchFolder(spool.unread, look);
    },
    refresh: () => {
      watch?.ensure();
      look();
    },
    close: () => {
      closed = true;
      watch?.close();
    },
  };
}

/** The same trouble, at each look anew, is told when it begins: a disk that is full stays so for many. */
function toldOnce(tell: (error: FailoverError) => void) {
  let last: string | null = null;
  return {
    tell: (error: FailoverError) => {
      if (error.message !== last) tell(error);
      last = error.message;
    },
    end: () => {
      last = null;
    },
  };
}

/** The same, but that it failed is told in words of ours: later signals wait behind this one. */
async function orKept(
  deal: () => Promise<void>,
  { session, name }: { readonly session: string; readonly name: string },
): Promise<void> {
  try {
    await deal();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new FailoverError(
      'SIGNAL_KEPT',
      `${session}: a signal was not dealt with, and is kept: ${said}`,
      { session, name },
      cause,
    );
  }
}

function asOurs(error: unknown, session: string): FailoverError {
  if (error instanceof FailoverError) return error;
  return new FailoverError(
    'SIGNAL_KEPT',
    `${session}: its signals cannot be read`,
    { session },
    error,
  );
}

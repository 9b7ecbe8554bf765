import type { ControlClient } from './control-client.ts';
import type { LineReply } from './reply-queue.ts';

export interface DeathEdge {
  /** Waits no more after the next signal, so that no waiter is left in the server for a client that is gone. */
  stop(): void;
}

interface Waiting {
  /** Answered when the signal has come. */
  readonly woken: Promise<LineReply>;
}

/**
 * Calls `onDeath` after the channel was signalled, which the `pane-died` hook of our panes does; resolves
 * when it waits. Ends with the client.
 *
 * tmux keeps a signal that comes while nobody waits, but a second one undoes the first, and one that meets a
 * waiter of a client long gone is spent on it. So whoever looks must look after the waiting has begun: then a
 * death is either seen or signalled. That is why this resolves late, and calls late.
 */
export async function followDeaths(
  client: ControlClient,
  channel: string,
  onDeath: () => void,
): Promise<DeathEdge> {
  let isStopped = false;
  const follow = async (first: Waiting): Promise<void> => {
    for (let waiting = first; ; ) {
      await waiting.woken;
      if (isStopped) return;
      waiting = await wait(client, channel);
      onDeath();
    }
  };
  follow(await wait(client, channel)).catch(() => client.close());
  return {
    stop: () => {
      isStopped = true;
    },
  };
}

/** `wait-for` is answered when the waiting begins; what is queued behind it, when the signal has come. */
async function wait(client: ControlClient, channel: string): Promise<Waiting> {
  const begun = client.run([['wait-for', channel]]);
  const woken = client.runPatiently([['display-message', '-p', 'woken']]);
  // When the connection breaks both reject, and only one of them is listened to by then.
  woken.catch(() => {});
  const { error } = await begun;
  if (error !== null) throw new Error(`wait-for: ${error}`);
  return { woken };
}

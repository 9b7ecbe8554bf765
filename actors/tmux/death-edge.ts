import type { ControlClient } from './control-client.ts';

/**
 * Calls `onDeath` whenever the channel was signalled, which the `pane-died` hook of our panes does.
 * `wait-for` answers at once, but what follows it on the line only when the signal has come; a signal that
 * comes while nobody waits is kept by tmux for the next one who does. Ends with the client, which must be a patient one.
 */
export function followDeaths(client: ControlClient, channel: string, onDeath: () => void): void {
  const next = (): void => {
    client
      .run([
        ['wait-for', channel],
        ['display-message', '-p', 'woken'],
      ])
      .then(({ error }) => {
        if (error !== null) return client.close();
        next();
        return onDeath();
      })
      .catch(() => {
        // The connection is over: whoever owns it knows.
      });
  };
  next();
}

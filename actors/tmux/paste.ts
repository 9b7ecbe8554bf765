import { randomUUID } from 'node:crypto';
import { FailoverError } from '../../config/errors.ts';
import type { Connection } from './connection.ts';
import { LIST_PANES, rowsOf } from './listing.ts';
import { paneAgent } from './pane-agent.ts';
import { escapeFormat, renderLine, type Words } from './quoting.ts';

/**
 * Pastes the text of a file (absolute) into a pane of ours as one bracketed paste, after leaving whatever
 * mode the pane is in. tmux turns its line breaks into carriage returns, as terminals do when they paste.
 * Rejects with `NOT_FOUND`, nothing typed, when it is no pane of ours with a living agent.
 */
export async function pasteFile(
  connection: Connection,
  paneId: string,
  file: string,
): Promise<void> {
  await refuseStranger(connection, paneId);
  const buffer = newBuffer();
  await runAndForget(connection, buffer, [
    ['load-buffer', '-b', buffer, escapeFormat(file)],
    ['copy-mode', '-q', '-t', paneId],
    ['paste-buffer', '-p', '-d', '-b', buffer, '-t', paneId],
  ]);
}

/**
 * Presses Enter in a pane of ours; rejects as `pasteFile` does. The byte is pasted too: `send-keys` would
 * give it to a mode the pane is in, and where panes are synchronized to all the others of the window.
 */
export async function pressEnter(connection: Connection, paneId: string): Promise<void> {
  await refuseStranger(connection, paneId);
  const buffer = newBuffer();
  await runAndForget(connection, buffer, [
    ['set-buffer', '-b', buffer, '\r'],
    ['paste-buffer', '-d', '-b', buffer, '-t', paneId],
  ]);
}

/**
 * Presses Escape in a pane of ours; rejects as `pasteFile` does. By the key, as a terminal may speak of it in another
 * way than by its byte; and not at all where the key would go elsewhere: to a mode of the pane, or to all the panes of
 * the window where they are synchronized.
 */
export async function pressEscape(connection: Connection, paneId: string): Promise<void> {
  await refuseStranger(connection, paneId);
  const goesThere = '#{&&:#{==:#{pane_in_mode},0},#{==:#{pane_synchronized},0}}';
  const press = renderLine([['send-keys', '-t', paneId, 'Escape']]);
  await connection.query([['if-shell', '-F', '-t', paneId, goesThere, press]]);
}

/** Nobody else's name. With a name it is never what an operator pastes who names none. */
function newBuffer(): string {
  return `claude-failover-${randomUUID()}`;
}

/**
 * Runs a line that pastes the buffer and so deletes it. When the line fails half-way the buffer is deleted
 * by a second one, which is sent along with the first: also when nobody waits for the answers any more.
 */
async function runAndForget(
  connection: Connection,
  buffer: string,
  line: readonly Words[],
): Promise<void> {
  const pasted = connection.query(line);
  const forgotten = connection.run([['delete-buffer', '-b', buffer]]).catch(() => {});
  try {
    await pasted;
  } finally {
    await forgotten;
  }
}

async function refuseStranger(connection: Connection, paneId: string): Promise<void> {
  const rows = rowsOf(await connection.query(LIST_PANES));
  const row = rows.find((one) => one.paneId === paneId && one.isOurs && one.mark !== '');
  if (row && paneAgent(row.pid, connection.server)) return;
  const message = `tmux has no pane ${paneId} of ours with a living agent`;
  throw new FailoverError('NOT_FOUND', message, { pane: paneId });
}

import type { Presence } from '../../machines/ports.ts';
import type { Connection } from './connection.ts';
import { readDrawn } from './dim-text.ts';
import { hasDraft } from './draft.ts';
import { isRow, LIST_PANES, type PaneRow, rowsOf, unparsed } from './listing.ts';
import { poolSessions } from './pool-sessions.ts';
import type { Words } from './quoting.ts';

/** A client that is attached somewhere, and the second of its last key. */
export interface ClientRow {
  readonly pid: number;
  readonly sessionId: string;
  readonly isReadOnly: boolean;
  /** Epoch milliseconds, seconds exact. Attaching counts as a key. */
  readonly activeAt: number;
}

const CLIENTS: Words = [
  'list-clients',
  '-F',
  '#{client_pid}:#{session_id}:#{client_readonly}:#{client_activity}',
];
const CLIENT = /^(\d+):(\$\d+):([01]):(\d+)$/;

/** The panes in a mode (there can be several, one above the other, and the value is their number). */
const PANES_IN_MODE: Words = ['list-panes', '-a', '-f', '#{pane_in_mode}', '-F', '#{pane_id}'];

/**
 * Who is at the sessions of these names, and what our pane there shows. Sessions that are not there are
 * left out. Rejects as `Connection.query` does.
 */
export async function presenceAt(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, Presence>> {
  const [clientLines = [], inMode = [], ...listing] = await connection.query([
    CLIENTS,
    PANES_IN_MODE,
    ...LIST_PANES,
  ]);
  const people = parseClients(clientLines).filter(({ pid }) => !connection.clients.includes(pid));
  const seen = { rows: rowsOf(listing), people, inMode: new Set(inMode) };
  const presences = [...presenceOf(names, seen)].map(
    async ([name, { paneId, ...presence }]): Promise<[string, Presence]> => [
      name,
      { ...presence, hasDraft: paneId !== null && (await showsDraft(connection, paneId)) },
    ],
  );
  return new Map(await Promise.all(presences));
}

/** Of a pane that is gone meanwhile nothing is known, and so nothing keeps anybody from trying. */
async function showsDraft(connection: Connection, paneId: string): Promise<boolean> {
  const { bodies } = await connection.run([
    ['display-message', '-p', '-t', paneId, '#{cursor_x} #{cursor_y}'],
    ['capture-pane', '-p', '-e', '-t', paneId],
  ]);
  const [cursor, lines] = bodies;
  const [, x, y] = /^(\d+) (\d+)$/.exec(cursor?.find(isRow) ?? '') ?? [];
  if (!(lines && x && y)) return false;
  return hasDraft({ ...readDrawn(lines), cursorX: Number(x), cursorY: Number(y) });
}

/** Parses the reply to `list-clients`. Throws `TMUX_COMMAND_FAILED` when a line does not parse. */
export function parseClients(lines: readonly string[]): readonly ClientRow[] {
  return lines.filter(isRow).map((line) => {
    const [, pid, sessionId = '', readOnly, activeAt] = CLIENT.exec(line) ?? [];
    if (!pid) throw unparsed(line);
    return {
      pid: Number(pid),
      sessionId,
      isReadOnly: readOnly === '1',
      activeAt: Number(activeAt) * 1000,
    };
  });
}

interface Seen {
  readonly rows: readonly PaneRow[];
  /** The clients of others: not those of this daemon. */
  readonly people: readonly ClientRow[];
  /** Ids of panes. */
  readonly inMode: ReadonlySet<string>;
}

/** Of our pane that is shown there, without its screen. */
export interface PresenceAtPane extends Omit<Presence, 'hasDraft'> {
  /** null = none of ours is there. */
  readonly paneId: string | null;
}

/** What one look at the server says of the sessions of these names. */
export function presenceOf(
  names: readonly string[],
  { rows, people, inMode }: Seen,
): ReadonlyMap<string, PresenceAtPane> {
  const wanted = new Set(names);
  const found = poolSessions(rows, wanted).filter(({ name }) => wanted.has(name));
  return new Map(
    found.map(({ name, sessionId, pane }) => {
      const from = new Set([sessionId, ...sessionsWith(pane, rows)]);
      const paneId = pane?.paneId ?? null;
      const isInMode = paneId !== null && inMode.has(paneId);
      return [name, { paneId, lastActiveAt: lastKeyFrom(from, people), inMode: isInMode }];
    }),
  );
}

/** The last key of those who may type and are attached to one of these sessions; null = nobody is. */
function lastKeyFrom(sessionIds: ReadonlySet<string>, people: readonly ClientRow[]): number | null {
  const times = people
    .filter(({ isReadOnly, sessionId }) => !isReadOnly && sessionIds.has(sessionId))
    .map(({ activeAt }) => activeAt);
  return times.length > 0 ? Math.max(...times) : null;
}

/** Ids of all sessions from which the pane can be typed into: its window may be linked, or the session grouped. */
function sessionsWith(pane: PaneRow | null, rows: readonly PaneRow[]): readonly string[] {
  if (!pane) return [];
  return rows.filter(({ paneId }) => paneId === pane.paneId).map(({ sessionId }) => sessionId);
}

import { FailoverError } from '../../config/errors.ts';
import { PANE_HOME, PANE_MARK, SESSION_MARK } from './marks.ts';
import type { Words } from './quoting.ts';

/** One pane of the server in one session; a pane whose window is linked elsewhere has several rows. */
export interface PaneRow {
  readonly sessionId: string;
  readonly sessionName: string;
  /** Value of the session's mark; '' = none. */
  readonly mark: string;
  readonly paneId: string;
  readonly isOurs: boolean;
  /** It is ours, and not in the session in which it was made. */
  readonly isAway: boolean;
  readonly pid: number;
  /** tmux's view: the terminal of the pane is closed. */
  readonly isDead: boolean;
  /** Exit status or signal (a number, later releases: a name) once tmux has reaped it; '' = not (yet). */
  readonly exitStatus: string;
  readonly signal: string;
}

/** A pane that an earlier release made knows of no home. */
const IS_AT_HOME = `#{||:#{==:#{${PANE_HOME}},},#{==:#{${PANE_HOME}},#{session_id}}}`;
/** 0 = not ours, 1 = ours, 2 = ours and away. */
const WHOSE = `#{?#{==:#{${PANE_MARK}},#{pane_id}},#{?${IS_AT_HOME},1,2},0}`;

/** `:` cannot occur in a session's name (tmux rewrites it); the mark may hold anything and comes last. */
const ROW_FORMAT = [
  '#{session_id}',
  '#{pane_id}',
  '#{pane_pid}',
  '#{pane_dead}',
  '#{pane_dead_status}',
  '#{pane_dead_signal}',
  WHOSE,
  '#{session_name}',
  `#{${SESSION_MARK}}`,
].join(':');

const ROW = /^(\$\d+):(%\d+):(\d+):([01]?):(\d*):(\w*):([012]):([^:]*):(.*)$/;

/**
 * The listing of all panes, one line for tmux and so one moment. A format shows a session's option
 * or else the one it inherits, so the values set above sessions are asked for as well.
 */
export const LIST_PANES: readonly Words[] = [
  ['list-panes', '-a', '-F', ROW_FORMAT],
  ['show-options', '-gqv', SESSION_MARK],
  ['show-options', '-gwqv', SESSION_MARK],
  ['show-options', '-sqv', SESSION_MARK],
];

export type Listing =
  | { readonly kind: 'rows'; readonly rows: readonly PaneRow[] }
  /** A line that does not parse: what it would have said is not known. */
  | { readonly kind: 'unparsed'; readonly line: string };

/** Parses the replies to `LIST_PANES`. */
export function parseListing(bodies: readonly (readonly string[])[]): Listing {
  const [lines = [], ...inherited] = bodies;
  const notOfSessions = new Set(inherited.map((value) => value.join('\n')));
  const rows: PaneRow[] = [];
  for (const line of lines.filter(isRow)) {
    const row = parseRow(line);
    if (!row) return { kind: 'unparsed', line };
    rows.push(notOfSessions.has(row.mark) ? { ...row, mark: '' } : row);
  }
  return { kind: 'rows', rows };
}

/** The rows in the replies to `LIST_PANES`. Throws `TMUX_COMMAND_FAILED` when a line does not parse. */
export function rowsOf(bodies: readonly (readonly string[])[]): readonly PaneRow[] {
  const listing = parseListing(bodies);
  if (listing.kind === 'rows') return listing.rows;
  throw unparsed(listing.line);
}

/** Whether it is the pane of the agent of the session in whose row it stands: of ours, and where we made it. */
export function isAtHome({ isOurs, isAway, mark }: PaneRow): boolean {
  return isOurs && !isAway && mark !== '';
}

/** A line of a listing that says nothing: what it would have said is not known. */
export function unparsed(line: string): FailoverError {
  return new FailoverError('TMUX_COMMAND_FAILED', 'tmux listed a line that does not parse', {
    line,
  });
}

/** tmux up to 3.7c may put a notification inside of a reply; it begins with `%`, a row with `$`. */
export function isRow(line: string): boolean {
  return !line.startsWith('%');
}

function parseRow(line: string): PaneRow | null {
  const match = ROW.exec(line);
  if (!match) return null;
  const [, sessionId, paneId, pid, dead, exitStatus, signal, whose, sessionName, mark] = match;
  return {
    sessionId: sessionId ?? '',
    sessionName: sessionName ?? '',
    mark: mark ?? '',
    paneId: paneId ?? '',
    isOurs: whose !== '0',
    isAway: whose === '2',
    pid: Number(pid),
    isDead: dead === '1',
    exitStatus: exitStatus ?? '',
    signal: signal ?? '',
  };
}

import { FailoverError } from '../../config/errors.ts';
import type { PaneLaunch } from '../../machines/ports.ts';
import { HUB_MARK, PANE_HOME, PANE_MARK, SESSION_MARK } from './marks.ts';
import { escapeFormat, type Words } from './quoting.ts';

/** Reads its terminal for ever and costs nothing. Two words: no shell. */
const INERT_PROGRAM = ['cat', '-'];
const SIZE = ['-x', '200', '-y', '50'];
const SESSION_ID = /^\$\d+$/;
const BORN_FORMAT = '#{pane_id} #{pane_pid}';
const BORN = /^(%\d+) (\d+)$/;
const PANE_ID = /^%\d+$/;
/** One index of the hook's array: other commands an operator may have there stay. */
const DEATH_HOOK = 'pane-died[90]';

/** What all panes of one daemon have in common. */
export interface PaneSettings {
  readonly historyLimit: number;
  /** The `wait-for` channel that is signalled when an agent ends. */
  readonly channel: string;
}

/**
 * `=` stops tmux from matching by prefix or pattern (`ccl-auto-1` must never mean `ccl-auto-11`), `:` makes it
 * a target for windows and panes too. A name that tmux would rewrite or split never gets that far.
 */
export function exactSession(name: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return `=${name}:`;
  throw new FailoverError('TMUX_COMMAND_FAILED', `not a name of a session of ours: ${name}`, {
    name,
  });
}

/** The command that attaches to the hub, made first if it is missing. Flags: no pane's output is ever sent to us. */
export function attachHub(hub: string): Words {
  return [
    ...[
      'new-session',
      '-A',
      '-E',
      '-s',
      hub,
      '-f',
      'no-output,ignore-size',
      '-x',
      '80',
      '-y',
      '24',
    ],
    ...['--', ...INERT_PROGRAM],
  ];
}

/**
 * Options of the hub, on itself only. `detach-on-destroy on`: when someone kills the hub our clients
 * end and join again; `off` would move them into a session of somebody else.
 */
export function hubOptions(hub: string): readonly Words[] {
  const set = setOption(exactSession(hub));
  return [
    set(HUB_MARK, '1'),
    set('detach-on-destroy', 'on'),
    set('destroy-unattached', 'off'),
    set('status', 'off'),
  ];
}

/**
 * A session whose only window runs the agent; the line prints the session's id, `BORN_FORMAT` and the
 * active pane.
 * `history-limit` is read when a window is made, and without touching the global option it can be
 * set only on a session that exists: a placeholder window makes it exist, the agent's replaces it.
 */
export function createSession(launch: PaneLaunch, settings: PaneSettings): readonly Words[] {
  const target = exactSession(launch.session);
  const directory = escapeFormat(launch.cwd);
  return [
    [
      ...['new-session', '-d', '-P', '-F', '#{session_id}', '-s', launch.session],
      ...[...SIZE, '-c', directory],
      ...['--', ...INERT_PROGRAM],
    ],
    ...sessionOptions(target, launch.mark, settings),
    ...statusLine(target),
    newWindow(['-k', '-t', `${target}^`], launch),
    ...agentPaneOptions(target, settings),
    showActivePane(target),
  ];
}

/** One more window for the agent in a session of ours; prints `BORN_FORMAT` and then the active pane. */
export function createWindow(
  sessionId: string,
  launch: PaneLaunch,
  settings: PaneSettings,
): readonly Words[] {
  const target = `${sessionId}:`;
  return [
    ...sessionOptions(target, launch.mark, settings),
    newWindow(['-t', target], launch),
    ...agentPaneOptions(target, settings),
    showActivePane(target),
  ];
}

/** A new agent in a pane whose agent ended; prints the same. Options of the pane stay, but are set again. */
export function respawnPane(
  paneId: string,
  launch: PaneLaunch,
  settings: PaneSettings,
): readonly Words[] {
  const directory = escapeFormat(launch.cwd);
  return [
    ...sessionOptions(paneId, launch.mark, settings),
    ...agentPaneOptions(paneId, settings),
    ['respawn-pane', '-k', '-t', paneId, '-c', directory, '--', ...launch.command],
    ['display-message', '-p', '-t', paneId, BORN_FORMAT],
    showActivePane(paneId),
  ];
}

/** Everything that makes a session ours. It must outlive the last person who looks at it. */
export function sessionOptions(
  target: string,
  mark: string,
  settings: PaneSettings,
): readonly Words[] {
  const set = setOption(target);
  return [
    set(SESSION_MARK, mark),
    set('history-limit', String(settings.historyLimit)),
    set('destroy-unattached', 'off'),
  ];
}

/**
 * tmux cuts `status-left` after ten characters: of `ccl-auto-11` a person who looks would not see
 * which it is. Only where we make the session: in an adopted one it is the operator's.
 */
function statusLine(target: string): readonly Words[] {
  const set = setOption(target);
  return [
    set('status-left', '[#{session_name}#{?client_readonly, read-only,}] '),
    set('status-left-length', '80'),
  ];
}

/**
 * Everything that makes a pane an agent's: it stays when the agent ends, with status and screen, and
 * says so on the channel. On the pane itself, so that an operator's splits behave as they are used to.
 * Only `automatic-rename` is an option of windows alone.
 */
export function agentPaneOptions(target: string, settings: PaneSettings): readonly Words[] {
  const set = (option: string, value: string): Words => [
    'set-option',
    '-p',
    '-t',
    target,
    option,
    value,
  ];
  return [
    set('remain-on-exit', 'on'),
    // tmux's own message would scroll one line off the last screen.
    set('remain-on-exit-format', ''),
    set('allow-rename', 'off'),
    ['set-option', '-w', '-t', target, 'automatic-rename', 'off'],
    ['set-hook', '-p', '-t', target, DEATH_HOOK, `wait-for -S ${settings.channel}`],
    ['set-option', '-p', '-F', '-t', target, PANE_HOME, '#{session_id}'],
    ['set-option', '-p', '-F', '-t', target, PANE_MARK, '#{pane_id}'],
  ];
}

/** Makes a pane anybody's again. */
export function clearPane(paneId: string): readonly Words[] {
  const options = [PANE_MARK, PANE_HOME, 'remain-on-exit', 'remain-on-exit-format', 'allow-rename'];
  return [
    ...options.map((option) => ['set-option', '-p', '-u', '-t', paneId, option]),
    ['set-hook', '-p', '-u', '-t', paneId, DEATH_HOOK],
  ];
}

/** Prints the id of the active pane. Not for finding out whether the target exists: tmux would answer all the same. */
export function showActivePane(target: string): Words {
  return ['display-message', '-p', '-t', target, '#{pane_id}'];
}

/** What the lines that make a pane printed: the new pane, its process, and which pane the options went to. */
export interface Born {
  readonly paneId: string;
  readonly pid: number;
  readonly activePaneId: string;
}

/** Parses the replies to `createSession`, `createWindow` and `respawnPane`. */
export function parseBorn(bodies: readonly (readonly string[])[]): Born {
  const lines = bodies.flat();
  const born = lines.map((line) => BORN.exec(line)).find((match) => match !== null);
  const activePaneId = lines.findLast((line) => PANE_ID.test(line));
  if (!(born?.[1] && activePaneId)) {
    throw new FailoverError('TMUX_COMMAND_FAILED', 'tmux did not say which pane it made', {
      reply: lines.join('\n'),
    });
  }
  return { paneId: born[1], pid: Number(born[2]), activePaneId };
}

/** The id of the session that the line of `createSession` has made; null when it has made none. */
export function parseBornSession([created]: readonly (readonly string[])[]): string | null {
  return created?.find((line) => SESSION_ID.test(line)) ?? null;
}

function newWindow(place: Words, launch: PaneLaunch): Words {
  const directory = escapeFormat(launch.cwd);
  return [
    'new-window',
    ...place,
    '-n',
    'agent',
    '-c',
    directory,
    '-P',
    '-F',
    BORN_FORMAT,
    '--',
    ...launch.command,
  ];
}

function setOption(target: string): (option: string, value: string) => Words {
  return (option, value) => ['set-option', '-t', target, option, value];
}

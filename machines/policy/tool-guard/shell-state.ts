import type { Function as ShellFunction } from 'unbash';
import { UNKNOWN } from './unseen.ts';

/** What a shell knows at one point of a command. */
export interface ShellState {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute, or beginning with `UNKNOWN`. */
  cwd: string;
  /** What the command itself has checked out; null = it has not. */
  branch: string | null;
  /** Each may have several values, of which one counts: the words of a loop. */
  readonly variables: Map<string, readonly string[]>;
  readonly functions: Map<string, ShellFunction['body']>;
}

export function startedShell({
  home,
  env,
  cwd,
}: Pick<ShellState, 'home' | 'env' | 'cwd'>): ShellState {
  return { home, env, cwd, branch: null, variables: new Map(), functions: new Map() };
}

/** The state of a subshell: it begins as its parent is, and leaves its parent as it was. */
export function forked(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    functions: new Map(state.functions),
  };
}

/** Those that the shell itself sets, to what cannot be foreseen. */
const SET_BY_THE_SHELL =
  /^(?:[^A-Za-z_].*|_|OLDPWD|RANDOM|SRANDOM|SECONDS|LINENO|REPLY|E?UID|PPID|HOSTNAME|OSTYPE|HOSTTYPE|MACHTYPE|PIPESTATUS|OPTARG|OPTIND|EPOCH\w+|BASH\w*|FUNCNAME|DIRSTACK|SHLVL|COLUMNS|LINES)$/;

/**
 * The values that a variable may have. One that nobody has set is empty: that is how `$UNSET/*`
 * becomes `/*`.
 */
export function valuesOf(name: string, state: ShellState): readonly string[] {
  const assigned = state.variables.get(name);
  if (assigned !== undefined) return assigned;
  if (name === 'HOME') return [state.home];
  if (name === 'PWD') return [state.cwd];
  if (SET_BY_THE_SHELL.test(name)) return [UNKNOWN];
  return [state.env[name] ?? ''];
}

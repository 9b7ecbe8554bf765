import { FailoverError } from '../../config/errors.ts';
import { WORKDIR_GONE } from '../../machines/policy/exit-codes.ts';
import { AGENT_VARIABLE } from '../process/origin.ts';

export interface Launcher {
  readonly environment: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly command: readonly string[];
}

/**
 * The `sh` program that becomes the agent. It is read from a 0600 file, so that the environment is
 * never in an argv or in tmux's own environment, where `ps` and `show-environment` would show it.
 * Every step is an `exec`: the pane's pid is the agent's. Rejects what `sh` cannot carry.
 */
export function launcherScript({ environment, workdir, command }: Launcher): string {
  const kept = ['TERM', 'TMUX', 'TMUX_PANE'].map((name) => `\${${name}:+"${name}=$${name}"}`);
  return [
    '# Written by claude-failover at each launch. Private: it holds the environment of the agent.',
    // What the tmux server was started with is not for the agent; these three say where it runs.
    `[ "$1" = clean ] || exec /usr/bin/env -i ${kept.join(' ')} /bin/sh "$0" clean`,
    // The 22nd word is the start time. Noted before anything of the operator's, and exported after it.
    'read -r line < /proc/$$/stat && set -- $line',
    'unset line',
    `set -- "$$:\${22}:$TMUX_PANE"`,
    ...Object.entries(environment).map(([name, value]) => assignment(name, value)),
    `export ${AGENT_VARIABLE}="$1"`,
    `cd -- ${quoted(workdir)} || {`,
    `  printf '%s\\n' ${quoted(`claude-failover: the working directory is gone: ${workdir}`)} >&2`,
    `  exit ${WORKDIR_GONE}`,
    '}',
    'unset OLDPWD',
    `exec ${command.map(quoted).join(' ')}`,
    '',
  ].join('\n');
}

function assignment(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new FailoverError('CONFIG_INVALID', `not a name for an environment variable: ${name}`);
  }
  return `export ${name}=${quoted(value)}`;
}

/** One shell word, whatever is in it. */
function quoted(word: string): string {
  if (word.includes('\0')) {
    throw new FailoverError('CONFIG_INVALID', 'a NUL byte cannot be given to a program');
  }
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
